/**
 * From an interval of a ratio to a verdict.
 * @packageDocumentation
 */
import type { Verdict } from "../model/summary.js";
import type { Interval } from "./median-interval.js";

/** What a verdict is judged by. */
export interface Judgement {
  /** Fraction: 0.02 is 2 %. */
  readonly margin: number;
  readonly better: "higher" | "lower";
}

/**
 * `same` when the whole interval lies within 1 +- margin, `slower` or `faster` when it lies wholly beyond the margin on that side, else `undecided`.
 * `slower` always means worse, also where the number is a time or a cost. Without an interval nothing is decided.
 */
export function verdictOf(interval: Pick<Interval, "low" | "high"> | undefined, judgement: Judgement): Verdict {
  if (interval === undefined) return "undecided";
  const bottom = Math.log1p(-judgement.margin);
  const top = Math.log1p(judgement.margin);
  if (interval.low >= bottom && interval.high <= top) return "same";
  if (interval.high < bottom) return judgement.better === "higher" ? "slower" : "faster";
  if (interval.low > top) return judgement.better === "higher" ? "faster" : "slower";
  return "undecided";
}
