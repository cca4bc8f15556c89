/**
 * What podwire reads and advises, and does not set: the machine's power policy, queue numbers and filters of a card, flows that
 * follow their program, and limits and captures, which only whoever set them may lift.
 * @packageDocumentation
 */
import type { Change, Evidence } from "../../contract.js";
import type { NodeFacts } from "../../facts.js";

type Advised = Pick<Change, "name" | "sets" | "why" | "scope" | "sources"> & {
  readonly look: (node: NodeFacts) => { readonly evidence: Evidence; readonly says: string } | { readonly because: string } | undefined;
};

/** A change that has no steps of its own. */
export const advised = ({ look, ...facts }: Advised): Change => ({
  ...facts,
  risk: "medium",
  breaks: "podwire does not set it.",
  acts: "at once",
  side: "node",
  readBack: "read only",
  sideEffects: "none",
  writers: [],
  propose: (node) => {
    const seen = look(node);
    if (seen === undefined) return { kind: "so" };
    return "because" in seen ? { kind: "not here", because: seen.because } : { kind: "advice", ...seen };
  },
});
