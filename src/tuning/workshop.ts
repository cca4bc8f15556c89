/**
 * What a change is made and taken back with.
 * @packageDocumentation
 */
import type { NodeFacts } from "./facts.js";
import type { JournalWriter } from "./journal/journal-file.js";
import type { TunedNode } from "./node.js";

/** One node, what is known of it, and its journal. Whoever has a workshop holds the node's lock. */
export interface Workshop {
  readonly node: TunedNode;
  readonly facts: NodeFacts;
  readonly journal: JournalWriter;
  readonly now: () => Date;
}
