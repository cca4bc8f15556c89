import type { Change } from "../../contract.js";
import { counted, proposalOf, sysctlStep } from "../../evidence.js";

/** Packets outside of the window. */
export const conntrackLiberal: Change = {
  name: "conntrack-liberal",
  sets: "nf_conntrack_tcp_be_liberal 1: packets outside of the window are not marked invalid",
  why: "An invalid packet is not translated back; the pod that gets it answers with a reset, and a good connection dies.",
  scope: "namespace",
  risk: "medium",
  breaks:
    "Packets that a strict window would have told from forged ones pass; one site reports a full table after it (aks-engine PR #1073).",
  acts: "at once",
  side: "node",
  readBack: "the sysctl: 0 or 1",
  sideEffects: "none",
  writers: [{ owner: "kube-proxy", instead: "conntrack.tcpBeLiberal of its configuration" }],
  sources: ["kubernetes/kubernetes #74839, #117924"],
  propose: (node) => {
    const invalid = counted(node, "conntrack.invalid", "packets did not fit their connection");
    if (invalid.weight === "none") return { kind: "not here", because: "conntrack.invalid stands at 0" };
    return proposalOf(sysctlStep(node, "net.netfilter.nf_conntrack_tcp_be_liberal", "1"), invalid);
  },
};
