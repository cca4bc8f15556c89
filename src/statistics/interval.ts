/**
 * An interval on the log scale.
 * @packageDocumentation
 */

/** An interval on the log scale. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** The share of such intervals that hold the truth, e.g. 0.95. */
  readonly confidence: number;
  readonly method: "t-small-n" | "order-statistic" | "bootstrap" | "t-starts";
}

/** Half the width on the log scale: 0.02 is about 2 % to each side. */
export function halfWidth(interval: Interval): number {
  // Equal infinities (a path that never moved anything) have no difference, yet the interval is a point.
  return interval.low === interval.high ? 0 : (interval.high - interval.low) / 2;
}
