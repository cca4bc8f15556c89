/**
 * Intervals by resampling rounds, for numbers that only the whole of the rounds yields: pooled percentiles and ratios of sums.
 * @packageDocumentation
 */

import { normalFactor, studentFactor } from "./distributions.js";
import type { Interval } from "./median-interval.js";
import { randomFrom } from "./random.js";

/** Resamples behind an interval. The limits are read at the 2.5 % points, where 400 carry them (the 10th smallest). */
export const RESAMPLES = 400;

/**
 * How often each of n rounds was drawn, resample after resample: row i is `counts.subarray(i * n, (i + 1) * n)`. A byte each is enough: that a round is
 * drawn 256 times has a probability of n / 256!, about n x 10^-507.
 */
export interface Resampling {
  readonly n: number;
  readonly resamples: number;
  readonly counts: Uint8Array;
}

/**
 * Draws n of n rounds with replacement, as often as asked.
 * One resampling serves all cells of a run that have the same rounds: what happened in a round happened to all of them, so ratios stay paired.
 */
export function resampling(n: number, seed: number, resamples: number = RESAMPLES): Resampling {
  const random = randomFrom(seed);
  const counts = new Uint8Array(n * resamples);
  for (let row = 0; row < resamples; row += 1) {
    for (let draw = 0; draw < n; draw += 1) {
      const place = row * n + random.integer(n);
      counts[place] = (counts[place] ?? 0) + 1;
    }
  }
  return { n, resamples, counts };
}

/** Where the resamples are read: at the limits of their inner 95 %. */
const READ_AT = 0.95;

/**
 * The interval around an estimate from its resampled values, all on the log scale.
 * Plain percentile intervals are too narrow for few rounds. The distances of the 2.5 % points from the estimate are therefore stretched by
 * sqrt(n / (n - 1)) t(confidence, n - 1) / 1.96, the expansion of Hesterberg (What Teachers Should Know About the Bootstrap, 2015, section 3.3),
 * here also used to get from 95 % to the confidence asked. Undefined when a resample had no value (nothing moved in any of its rounds).
 * @param n rounds behind the estimate, at least 2
 */
export function bootstrapInterval(estimate: number, values: Float64Array, n: number, confidence: number): Interval | undefined {
  if (n < 2 || !Number.isFinite(estimate)) return undefined;
  const ascending = values.slice().sort();
  // NaN and infinities stand at the ends of a sorted array; an array without values has no ends.
  if (!Number.isFinite(ascending[0]) || !Number.isFinite(ascending.at(-1))) return undefined;
  const outside = Math.max(0, Math.round(((1 - READ_AT) / 2) * ascending.length) - 1);
  const bottom = ascending[outside] ?? estimate;
  const top = ascending[ascending.length - 1 - outside] ?? estimate;
  const stretch = (Math.sqrt(n / (n - 1)) * studentFactor(confidence, n - 1)) / normalFactor(READ_AT);
  const low = estimate - stretch * Math.max(0, estimate - bottom);
  const high = estimate + stretch * Math.max(0, top - estimate);
  return { low, high, confidence, method: "bootstrap" };
}
