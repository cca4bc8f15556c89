/**
 * From an interval of a ratio to a verdict.
 * @packageDocumentation
 */
import type { Verdict } from "../model/summary.js";
import type { Interval } from "./median-interval.js";

/** What a verdict is judged by. */
export interface Tolerance {
  /** Fraction: 0.02 is 2 %. */
  readonly margin: number;
  readonly better: "higher" | "lower";
}

/**
 * `same` when the whole interval lies within 1 +- margin, `slower` or `faster` when it lies wholly beyond the margin on that side, else `undecided`.
 * `slower` always means worse, also where the number is a time or a cost. Without an interval nothing is decided.
 */
export function verdictOf(interval: Pick<Interval, "low" | "high"> | undefined, tolerance: Tolerance): Verdict {
  if (interval === undefined) return "undecided";
  const bottom = Math.log1p(-tolerance.margin);
  const top = Math.log1p(tolerance.margin);
  if (interval.low >= bottom && interval.high <= top) return "same";
  if (interval.high < bottom) return tolerance.better === "higher" ? "slower" : "faster";
  if (interval.low > top) return tolerance.better === "higher" ? "faster" : "slower";
  return "undecided";
}
