/**
 * The ratio of two ratios: B's to its host over A's to its host, with the interval from both.
 * @packageDocumentation
 */
import type { HostRatio } from "../model/run-comparison.js";
import { type Estimated, sumOfIndependent } from "../statistics/combine-intervals.js";

/** A ratio with its limits; null where either side has no interval. */
export interface RatioOfRatios {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * B's ratio over A's, or undefined where one of them is 0 (nothing moved), which has no such ratio.
 *
 * Both runs are independent, so on the log scale the distances to their limits add in squares. The limits are those that the runs' own reports print:
 * made at 98.2 % wherever a cell could be looked at before its end. Plain 95 % intervals of the same rounds would hold less often, since the moment of
 * stopping was chosen by the data: down to 92.6 % where these hold 95.7 % (scripts/bench/simulate-compare.mjs, docs/compare.md).
 */
export function ratioOfRatios(a: HostRatio, b: HostRatio): RatioOfRatios | undefined {
  const median = b.median / a.median;
  if (!(median > 0) || !Number.isFinite(median)) return undefined;
  const above = logarithms(b);
  const below = logarithms(a);
  if (above === undefined || below === undefined) return { median, low: null, high: null };
  const change = sumOfIndependent([
    { ...above, weight: 1 },
    { ...below, weight: -1 },
  ]);
  return { median, low: Math.exp(change.low), high: Math.exp(change.high) };
}

/** Undefined without an interval, or where it reaches 0 and has no logarithm. */
function logarithms({ median, low, high }: HostRatio): Estimated | undefined {
  if (low === null || high === null || low <= 0 || !Number.isFinite(high)) return undefined;
  return { estimate: Math.log(median), low: Math.log(low), high: Math.log(high) };
}
