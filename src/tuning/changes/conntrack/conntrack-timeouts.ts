import type { Change } from "../../contract.js";
import { numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

const OF = "net.netfilter.nf_conntrack_";
/** What kube-proxy sets (its defaults of conntrack.tcpEstablishedTimeout and tcpCloseWaitTimeout), seconds. */
const TIMEOUTS = { tcp_timeout_established: 86_400, tcp_timeout_close_wait: 3_600 } as const;

/** How long a silent connection is remembered. */
export const conntrackTimeouts: Change = {
  name: "conntrack-timeouts",
  sets: "timeouts of established (86400 s) and half-closed (3600 s) connections, where they are longer",
  why: "The kernel remembers a silent connection for five days, and the table fills with what is long dead.",
  scope: "namespace",
  risk: "medium",
  breaks: "A connection that is silent for longer loses its translation, unless keepalives are sent.",
  acts: "new connections",
  side: "node",
  readBack: "the sysctls: seconds",
  sideEffects: "none",
  writers: [{ owner: "kube-proxy", instead: "conntrack.tcpEstablishedTimeout and conntrack.tcpCloseWaitTimeout of its configuration" }],
  sources: ["Linux Documentation/networking/nf_conntrack-sysctl.rst", "kube-proxy --conntrack-tcp-timeout-established"],
  propose,
};

function propose(node: NodeFacts): ReturnType<Change["propose"]> {
  const [count, most] = [numberOf(node.sysctls[`${OF}count`]), numberOf(node.sysctls[`${OF}max`])];
  if (Number.isNaN(count)) return { kind: "not here", because: "the kernel tracks no connections" };
  const steps = Object.entries(TIMEOUTS).flatMap(([name, seconds]) => {
    const now = numberOf(node.sysctls[`${OF}${name}`]);
    return now > seconds ? sysctlStep(node, `${OF}${name}`, String(seconds)) : [];
  });
  const half = count > most / 2;
  return proposalOf(steps, {
    weight: half ? "some" : "none",
    says: `${String(count)} of ${String(most)} entries are used${half ? "" : ": nothing presses"}`,
  });
}
