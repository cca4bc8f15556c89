/**
 * The reasons of a rank, taken apart, for reports that show some of them.
 * @packageDocumentation
 */

/** Why a mode stands where it stands. */
export interface Why {
  /** What was measured, in one sentence. */
  readonly measured: string;
  /** What the mode needs and gives up, and what its score is without: a sentence each. */
  readonly asks: readonly string[];
}

/** Sentences begin as src/advice/words.ts writes them. */
const NEXT_SENTENCE = /(?<=\.) (?=(?:Needs|With care|Gives up): |The score is without )/;

/** The sentences of a ranking entry's `why`. */
export function partsOfWhy(why: string): Why {
  const [measured = "", ...asks] = why.split(NEXT_SENTENCE);
  return { measured, asks };
}
