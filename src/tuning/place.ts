/**
 * Where a node's journal lies.
 * @packageDocumentation
 */
import type { NodeFacts } from "./facts.js";

/** What outlives a boot: the first network namespace's values are the machine's. */
const OF_THE_MACHINE = "/var/lib/podwire/tune";
/** What ends with the boot at the latest, as a namespace does. In a lab it is the lab's own and goes with it. */
const OF_A_NAMESPACE = "/run/podwire/tune";

/** The journal's path; one file a node. */
export function journalPath({ firstNamespace, namespace }: Pick<NodeFacts, "firstNamespace" | "namespace">, folder?: string): string {
  const parent = folder ?? (firstNamespace ? OF_THE_MACHINE : OF_A_NAMESPACE);
  return `${parent.replace(/\/+$/, "")}/${firstNamespace ? "node" : `namespace-${namespace}`}.jsonl`;
}
