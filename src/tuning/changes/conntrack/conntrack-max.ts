import type { Change } from "../../contract.js";
import { counted, heavier, numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";
import { COUNT, MAX, WRITERS } from "./table.js";

/** How many connections are tracked at most. */
export const conntrackMax: Change = {
  name: "conntrack-max",
  sets: "nf_conntrack_max twice as large, where more than three quarters of it are used",
  why: "A full table drops the first packet of every new connection.",
  scope: "machine",
  risk: "low",
  breaks: "Each entry takes about 320 bytes of the kernel's memory.",
  acts: "new connections",
  side: "node",
  readBack: "the sysctl: a whole number",
  sideEffects: "none",
  writers: WRITERS,
  sources: ["Linux Documentation/networking/nf_conntrack-sysctl.rst"],
  propose: proposeMax,
};

function proposeMax(node: NodeFacts): ReturnType<Change["propose"]> {
  const [count, most] = [numberOf(node.sysctls[COUNT]), numberOf(node.sysctls[MAX])];
  if (Number.isNaN(most)) return { kind: "not here", because: "the kernel tracks no connections" };
  const dropped = counted(node, "conntrack.drop", "the table was full");
  const full = count > most * 0.75;
  if (!full && dropped.weight === "none")
    return { kind: "not here", because: `${String(count)} of ${String(most)} entries are used, and none was dropped` };
  const filled = { weight: full ? "strong" : "none", says: `${String(count)} of ${String(most)} entries are used` } as const;
  return proposalOf(sysctlStep(node, MAX, String(most * 2)), heavier(filled, dropped));
}
