import type { Mode } from "./contract.js";
import { CALICO_DEVIATIONS, CALICO_DUAL_STACK, CALICO_NEEDS, CALICO_SOURCES, calico } from "./parts/calico.js";
import { ROUTED_PODS } from "./parts/expectations.js";

const BIRD = ["proto", "bird"];

/** Calico without encapsulation: BGP tells every node which node has which block. */
export const calicoRouted: Mode = {
  name: "calico-routed",
  title: "Calico, no encapsulation (BGP routes)",
  summary:
    "The pod's veth ends in the node's IP stack, where felix's rules meet every packet. A BGP route sends it to the peer node, which has a route to each pod's veth. " +
    "No encapsulation, full MTU.",
  kernel: ["veth", "iptables"],
  programs: ["iptables-restore"],
  requires: [
    "all nodes share one L2 segment, or the routers between them learn the blocks by BGP",
    "the network lets nodes send packets with their pods' source addresses",
  ],
  requiresInBrief: "nodes on one L2 segment or routers that learn pod routes by BGP, and a network that lets nodes send from pod addresses",
  givesUp: ["networks that neither share a segment nor learn routes"],
  needs: {
    ...CALICO_NEEDS,
    "no-l2": { met: "with-care", because: "the routers between the nodes must take part in BGP" },
    ipv6: { met: "yes", because: "Calico routes IPv6 blocks in the same way" },
  },
  overhead: 0,
  knownAs: [
    { product: "Calico", setting: "IPPool: ipipMode: Never, vxlanMode: Never" },
    { product: "Tigera operator", setting: "Installation: calicoNetwork.ipPools[].encapsulation: None" },
  ],
  sources: [...CALICO_SOURCES, "projectcalico/calico confd/etc/calico/confd/templates (BIRD)"],
  deviations: [...CALICO_DEVIATIONS, "The routes are written at once and marked proto bird; no BIRD runs."],
  conformance: ROUTED_PODS,
  dualStack: CALICO_DUAL_STACK,
  ...calico({ protocol: BIRD }),
};
