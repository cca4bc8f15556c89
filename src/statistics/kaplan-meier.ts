/**
 * Percentiles of times of which some were cut off.
 * @packageDocumentation
 */
import type { Distribution, Histogram } from "../model/histogram.js";
import { binOf } from "./histogram.js";

/** A percentile, or how far times were followed towards it. */
export interface Percentile {
  readonly value: number;
  /** False where all times were cut off before it: it is then `value` or more. */
  readonly reached: boolean;
  /** How many times were still followed when `value` was reached. Of very few the percentile is a matter of luck. */
  readonly followed: number;
}

/**
 * The value that a share `p` of all times does not exceed; undefined when there are none. By Kaplan and Meier (1958, JASA 53), as Efron computes it
 * (1967, redistribution to the right): what is known of a time that was cut off is that it lies among the longer ones, so its weight goes to these in
 * equal parts. Dropped instead, it would make the distribution look short: a round trip of d ms in a burst of B ms is cut off with probability d / B.
 * Inside a bin the times count as spread evenly, so that the rounding to three digits does not make an interval look narrower than it is.
 * @param p between 0 and 1, both excluded
 */
export function percentileOf({ completed, censored = [] }: Distribution, p: number): Percentile | undefined {
  let followed = sizeOf(completed) + sizeOf(censored);
  const target = p * followed;
  let below = 0;
  let weight = 1;
  let limit: number | undefined;
  for (const { value, ended, cut } of inOrder(completed, censored)) {
    const mass = ended * weight;
    if (ended > 0 && below + mass >= target) {
      const { low, high } = binOf(value);
      return { value: low + ((target - below) / mass) * (high - low), reached: true, followed };
    }
    below += mass;
    // At the same value those that ended come first: the others lasted at least as long.
    const longer = followed - ended - cut;
    if (cut > 0 && longer > 0) weight *= (longer + cut) / longer;
    followed = longer;
    if (ended + cut > 0) limit = value;
  }
  return limit === undefined ? undefined : { value: limit, reached: false, followed: 0 };
}

/** Number of times in a distribution, those that were cut off among them. */
export function countOf({ completed, censored = [] }: Distribution): number {
  return sizeOf(completed) + sizeOf(censored);
}

interface Step {
  readonly value: number;
  readonly ended: number;
  readonly cut: number;
}

/** Both histograms in one ascending list. */
function* inOrder(completed: Histogram, censored: Histogram): Generator<Step> {
  let next = 0;
  for (const [value, ended] of completed) {
    for (; (censored[next]?.[0] ?? Infinity) < value; next += 1)
      yield { value: censored[next]?.[0] ?? 0, ended: 0, cut: censored[next]?.[1] ?? 0 };
    const together = censored[next]?.[0] === value;
    yield { value, ended, cut: together ? (censored[next]?.[1] ?? 0) : 0 };
    if (together) next += 1;
  }
  for (const [value, cut] of censored.slice(next)) yield { value, ended: 0, cut };
}

const sizeOf = (histogram: Histogram): number => histogram.reduce((sum, [, count]) => sum + count, 0);
