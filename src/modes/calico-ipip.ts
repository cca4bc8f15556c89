import type { Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { CALICO_DEVIATIONS, CALICO_NEEDS, CALICO_SOURCES, calico } from "./parts/calico.js";
import { calicoBlock, calicoTunnelAddress } from "./parts/calico-endpoint.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { IPIP_OVERHEAD, ipipRoutes } from "./parts/ipip.js";
import { nodeName } from "./parts/underlay.js";

const BIRD = ["proto", "bird"];
/** The ipip module makes this device in every namespace by itself. */
const DEVICE = "tunl0";

/** Calico's IP-in-IP, always on. */
export const calicoIpip: Mode = {
  name: "calico-ipip",
  title: "Calico, IP-in-IP",
  summary:
    "The pod's veth ends in the node's IP stack, where felix's rules meet every packet. A BGP route leads into tunl0, which wraps the packet in a second IP header for the peer node.",
  kernel: ["veth", "ipip", "iptables"],
  programs: ["iptables-restore"],
  requires: ["the network between the nodes carries IP protocol 4; many clouds do not"],
  requiresInBrief: "a network that carries IP protocol 4, which many clouds do not",
  givesUp: ["20 bytes of every packet", "clouds and firewalls that carry TCP, UDP and ICMP only"],
  needs: {
    ...CALICO_NEEDS,
    "no-l2": { met: "yes", because: "routers carry the outer packet between the nodes" },
    ipv6: { met: "no", because: "Calico's IP-in-IP carries IPv4 only" },
  },
  overhead: IPIP_OVERHEAD,
  knownAs: [
    { product: "Calico", setting: "IPPool: ipipMode: Always" },
    { product: "Tigera operator", setting: "Installation: calicoNetwork.ipPools[].encapsulation: IPIP" },
  ],
  sources: [
    ...CALICO_SOURCES,
    "projectcalico/calico felix/dataplane/linux/ipip_mgr.go",
    "projectcalico/calico confd/etc/calico/confd/templates (BIRD)",
  ],
  deviations: [...CALICO_DEVIATIONS, "The routes are written at once and marked proto bird; no BIRD runs."],
  conformance: ROUTED_PODS,
  ...calico({ protocol: BIRD, tunnel: { encapsulation: "ipip", title: "IP-in-IP", overhead: IPIP_OVERHEAD, routes: tunnel } }),
};

function tunnel(topology: Topology, index: number): Step[] {
  return [
    {
      kind: "link-set",
      in: nodeName(index),
      name: DEVICE,
      settings: ["mtu", String(topology.mtu - IPIP_OVERHEAD)],
      reason: "room for the outer IP header",
    },
    ...ipipRoutes(topology, { device: DEVICE, address: calicoTunnelAddress, prefix: calicoBlock, protocol: BIRD }, index),
  ];
}
