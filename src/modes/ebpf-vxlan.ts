import { EBPF_LOADER } from "../model/ebpf.js";
import type { Mode } from "./contract.js";
import { EBPF_DEVIATIONS, EBPF_EXPECTATIONS, EBPF_IPV4_ALONE, EBPF_NEEDS, EBPF_ONLY_BY_NAME, EBPF_SOURCES } from "./parts/ebpf-facts.js";
import { ebpfPods } from "./parts/ebpf-pods.js";
import { VXLAN_OVERHEAD } from "./parts/vxlan.js";

/** tc programs forward pods' packets through one VXLAN device, and set the remote end for each packet. */
export const ebpfVxlan: Mode = {
  name: "ebpf-vxlan",
  title: "eBPF host routing, VXLAN",
  summary:
    "A program at the pod's link takes each packet past the node's IP stack and rules, notes the peer node on it and hands it to a VXLAN device in " +
    "collect-metadata mode. At the peer node a program at that device puts it straight into the pod.",
  kernel: ["veth", "vxlan", "redirect-peer"],
  programs: [EBPF_LOADER],
  requires: ["UDP port 8472 is open between the nodes", "the nodes reach each other by IP; they need not share an L2 segment"],
  requiresInBrief: "UDP port 8472 open between the nodes",
  givesUp: [
    "50 bytes of every packet",
    "the node's rules: nothing of iptables or nftables sees what pods send to each other",
    "the network cannot see which pods talk to each other",
  ],
  needs: {
    ...EBPF_NEEDS,
    "no-l2": { met: "yes", because: "nodes exchange UDP packets, which any router carries" },
  },
  overhead: VXLAN_OVERHEAD,
  knownAs: [
    {
      product: "Cilium",
      setting:
        "routingMode: tunnel, tunnelProtocol: vxlan, kubeProxyReplacement: true, bpf.masquerade: true (bpf.hostLegacyRouting: false)",
    },
    { product: "Calico", setting: "FelixConfiguration: bpfEnabled: true; IPPool: vxlanMode: Always" },
  ],
  sources: EBPF_SOURCES,
  deviations: [...EBPF_DEVIATIONS, "One VXLAN number for all; Cilium puts the sender's identity there."],
  conformance: EBPF_EXPECTATIONS,
  dualStack: EBPF_IPV4_ALONE,
  onlyByName: EBPF_ONLY_BY_NAME,
  ...ebpfPods(true),
};
