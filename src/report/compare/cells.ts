/**
 * Cells of the table of questions that two sides make, whichever two: runs of one kind, or a lab and a cluster.
 * @packageDocumentation
 */
import type { ComparedSide } from "../../model/run-comparison.js";
import type { Scenario } from "../../model/scenario.js";
import type { RatioCell } from "../question-table.js";
import { EMPTY_WORDS, type EmptyCell, fartherLimit } from "../question-table.js";
import { inFullWords, partsOf } from "../reasons.js";

/** A ratio with its interval and verdict, and nothing that speaks against it. */
export const plainRatio = (
  { median, low, high }: Readonly<Record<"median", number>> & Pick<RatioCell, "low" | "high">,
  verdict: RatioCell["verdict"],
  margin: number,
): RatioCell => ({
  kind: "ratio",
  ratio: median,
  low,
  high,
  limit: undefined,
  distance: fartherLimit(median, low, high),
  verdict,
  margin,
  stalls: false,
  doubts: [],
  figure: undefined,
});

/** Why a side has no ratio. */
export function withoutRatio(side: Pick<ComparedSide, "status" | "reason"> | undefined, venue: Scenario["venue"]): EmptyCell {
  const status = side === undefined || side.status === "not-asked" ? "not-measured" : side.status === "measured" ? "no-ratio" : side.status;
  const reason = side?.reason === undefined ? undefined : inFullWords(partsOf(side.reason, venue));
  return { kind: "empty", status, word: EMPTY_WORDS[status], reason, figure: undefined };
}
