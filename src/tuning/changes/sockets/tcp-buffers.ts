import type { Change, PlannedStep } from "../../contract.js";
import { proposalOf } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

/** The kernel's own largest values on a machine with memory enough (tcp_init), bytes. */
const TCP = { "net.ipv4.tcp_rmem": 6_291_456, "net.ipv4.tcp_wmem": 4_194_304 } as const;

/** How much TCP may have under way. */
export const tcpBuffers: Change = {
  name: "tcp-buffers",
  sets: "the largest receive and send buffers of TCP at the kernel's own values (6 MiB, 4 MiB), where they are less",
  why: "A connection sends no more than its buffer in one round trip.",
  scope: "namespace",
  risk: "low",
  breaks: "Connections may take more memory.",
  acts: "new connections",
  bulkOnly: true,
  side: "either",
  readBack: "the sysctls: three numbers, of which the third is set",
  sideEffects: "none",
  writers: [
    { owner: "tuned", instead: "the [sysctl] section of its profile" },
    { owner: "node tuning operator", instead: "the Tuned object" },
  ],
  sources: ["Linux Documentation/networking/ip-sysctl.rst, tcp_rmem", "net/ipv4/tcp.c, tcp_init"],
  propose: proposeTcp,
};

function proposeTcp(node: NodeFacts): ReturnType<Change["propose"]> {
  const steps = Object.entries(TCP).flatMap(([name, largest]): PlannedStep[] => {
    const now = node.sysctls[name];
    const fields = (now ?? "").split(" ");
    if (now === undefined || fields.length !== 3 || Number(fields[2]) >= largest) return [];
    return [{ knob: { kind: "sysctl", name }, now, wanted: `${fields[0] ?? ""} ${fields[1] ?? ""} ${String(largest)}` }];
  });
  const lowest = Math.min(...steps.map(({ now }) => Number(now.split(" ")[2])));
  return proposalOf(steps, {
    weight: lowest < 1_048_576 ? "strong" : "some",
    says: `a connection may have ${String(lowest)} bytes under way at most`,
  });
}
