import type { Change, PlannedStep } from "../../contract.js";
import { counted, numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

/** The kernel's own largest values on a machine with memory enough (tcp_init), bytes. */
const TCP = { "net.ipv4.tcp_rmem": 6_291_456, "net.ipv4.tcp_wmem": 4_194_304 } as const;

const WRITERS = [
  { owner: "tuned", instead: "the [sysctl] section of its profile" },
  { owner: "node tuning operator", instead: "the Tuned object" },
  { owner: "cilium", instead: "the pod's spec (sysctls), which this change of a node does not reach" },
] as const;

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
  writers: WRITERS.slice(0, 2),
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

/** How much a program may ask for. */
export const socketCeilings: Change = {
  name: "socket-ceilings",
  sets: "net.core.rmem_max and wmem_max 4 MiB, where they are less",
  why: "A program that asks for more (QUIC, DNS, sockets of tunnels) gets this much, and what does not fit is dropped.",
  scope: "machine",
  risk: "low",
  breaks: "A program may take more of the kernel's memory.",
  acts: "reopened listeners",
  side: "node",
  readBack: "the sysctls: bytes",
  sideEffects: "none",
  writers: WRITERS,
  sources: ["Linux Documentation/admin-guide/sysctl/net.rst, rmem_max"],
  propose: (node) => {
    const evidence = counted(node, "Udp.RcvbufErrors", "a UDP socket's buffer was full");
    const steps = ["net.core.rmem_max", "net.core.wmem_max"].flatMap((name) =>
      numberOf(node.sysctls[name]) < 4_194_304 ? sysctlStep(node, name, "4194304") : [],
    );
    if (evidence.weight === "none" && steps.length > 0)
      return { kind: "not here", because: "Udp.RcvbufErrors stands at 0: nothing would be gained" };
    return proposalOf(steps, evidence);
  },
};
