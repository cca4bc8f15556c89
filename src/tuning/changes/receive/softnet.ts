/**
 * What a CPU takes from its devices: each value answers to a counter of its own in softnet_stat.
 * @packageDocumentation
 */
import type { Change, Writer } from "../../contract.js";
import { counted, numberOf, proposalOf, sysctlStep } from "../../evidence.js";
import type { NodeFacts } from "../../facts.js";

/** Documents of these values. */
export const SOURCES = ["Linux Documentation/admin-guide/sysctl/net.rst", "oracle/bpftune #178"];
/** Programs that write them. */
export const WRITERS: readonly Writer[] = [
  { owner: "tuned", instead: "the [sysctl] section of its profile" },
  { owner: "node tuning operator", instead: "the Tuned object" },
];

/** Four times as large, where the value's own counter has ever counted. */
export function larger(node: NodeFacts, name: string, most: number, counter: string, meaning: string): ReturnType<Change["propose"]> {
  const evidence = counted(node, counter, meaning);
  if (evidence.weight === "none") return { kind: "not here", because: `${counter} stands at 0: nothing would be gained` };
  const now = numberOf(node.sysctls[name]);
  if (Number.isNaN(now)) return { kind: "not here", because: `${name} is not in this namespace` };
  return proposalOf(sysctlStep(node, name, String(Math.max(now, Math.min(now * 4, most)))), evidence);
}
