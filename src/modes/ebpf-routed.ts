import { EBPF_LOADER } from "../model/ebpf.js";
import type { Mode } from "./contract.js";
import { EBPF_DEVIATIONS, EBPF_EXPECTATIONS, EBPF_IPV4_ALONE, EBPF_NEEDS, EBPF_ONLY_BY_NAME, EBPF_SOURCES } from "./parts/ebpf-facts.js";
import { ebpfPods } from "./parts/ebpf-pods.js";

/** tc programs pass pods' packets on; between the nodes they travel as they are. */
export const ebpfRouted: Mode = {
  name: "ebpf-routed",
  title: "eBPF host routing, no encapsulation",
  summary:
    "A program at the pod's link takes each packet past the node's IP stack and rules and hands it to the card, its next hop asked of the node's routes. " +
    "At the peer node a program at the card puts it straight into the pod. No encapsulation, full MTU.",
  kernel: ["veth", "redirect-peer"],
  programs: [EBPF_LOADER],
  requires: ["all nodes share one L2 segment", "the network lets nodes send packets with their pods' source addresses"],
  requiresInBrief: "nodes on one L2 segment, and a network that lets them send from pod addresses",
  givesUp: [
    "the node's rules: nothing of iptables or nftables sees what pods send to each other",
    "nodes in other subnets: a node can only be a next hop on its own segment",
  ],
  needs: {
    ...EBPF_NEEDS,
    "no-l2": { met: "with-care", because: "routers between the nodes must know each node's pods, as BGP tells them" },
  },
  overhead: 0,
  knownAs: [
    {
      product: "Cilium",
      setting:
        "routingMode: native, autoDirectNodeRoutes: true, kubeProxyReplacement: true, bpf.masquerade: true (bpf.hostLegacyRouting: false)",
    },
    { product: "Calico", setting: "FelixConfiguration: bpfEnabled: true; IPPool: ipipMode: Never, vxlanMode: Never" },
  ],
  sources: EBPF_SOURCES,
  deviations: EBPF_DEVIATIONS,
  conformance: EBPF_EXPECTATIONS,
  dualStack: EBPF_IPV4_ALONE,
  onlyByName: EBPF_ONLY_BY_NAME,
  ...ebpfPods(false),
};
