/**
 * The median of log ratios and its interval, by the method that holds at their number.
 * @packageDocumentation
 */
import { normalFactor, regularisedIncompleteBeta, studentFactor } from "./distributions.js";
import { medianOfSorted } from "./median.js";
import { type OrderedSample, orderStatistic, type Sample, type SortedSample, sampleOf, sorted } from "./sample.js";

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

/** Below this number of rounds there is no interval. */
export const FEWEST_FOR_INTERVAL = 3;
/** From this number of rounds on the order statistics carry an interval. */
export const FEWEST_FOR_ORDER_STATISTICS = 9;

/** A median on the log scale; without an interval below three values. */
export interface MedianEstimate {
  readonly centre: number;
  readonly interval: Interval | undefined;
  /** Values behind it. */
  readonly n: number;
}

/** The median of log ratios in round order with its interval; undefined where there are none. */
export function estimateOf(values: readonly number[], confidence: number): MedianEstimate | undefined {
  const inOrder = sampleOf(values);
  return inOrder === undefined ? undefined : estimateFrom({ inOrder, sorted: sorted(inOrder) }, confidence);
}

/** The same of values that are sorted already. */
export function estimateFrom(sample: OrderedSample, confidence: number): MedianEstimate {
  return { centre: medianOfSorted(sample.sorted), interval: medianInterval(sample, confidence), n: sample.sorted.length };
}

function medianInterval({ inOrder, sorted }: OrderedSample, confidence: number): Interval | undefined {
  if (sorted.length < FEWEST_FOR_INTERVAL) return undefined;
  if (sorted.length < FEWEST_FOR_ORDER_STATISTICS) return tInterval(sorted, confidence);
  return orderStatisticInterval(inOrder, sorted, confidence);
}

/** From this number on smallest to largest holds the median in 96.9 % (1 - 2 / 2^6). */
const FEWEST_FOR_EXTREMES = 6;

/**
 * Mean +- t sd / sqrt(n), stretched where needed to hold the median that is printed beside it.
 * A round in which nothing moved has the log ratio -Infinity, and no mean: then smallest to largest is taken where that holds 95 %, and below there is no interval.
 * @param sorted at least two log ratios
 */
export function tInterval(sorted: SortedSample, confidence: number): Interval | undefined {
  const n = sorted.length;
  if (sorted.some((value) => !Number.isFinite(value))) return n < FEWEST_FOR_EXTREMES ? undefined : extremes(sorted, confidence);
  const mean = sorted.reduce((sum, value) => sum + value, 0) / n;
  const variance = sorted.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  const reach = studentFactor(confidence, n - 1) * Math.sqrt(variance / n);
  const centre = medianOfSorted(sorted);
  return { low: Math.min(mean - reach, centre), high: Math.max(mean + reach, centre), confidence, method: "t-small-n" };
}

function extremes(sorted: SortedSample, confidence: number): Interval {
  return { low: orderStatistic(sorted, 1), high: orderStatistic(sorted, sorted.length), confidence, method: "t-small-n" };
}

/**
 * Between two order statistics: exact for every continuous noise, since only signs are counted. The distance of the ranks from the middle grows with
 * the autocorrelation of the signs, and is then rounded outwards: no interpolation, so that coverage never falls below what was asked. When the ranks
 * leave the sample, smallest to largest is taken: for n = 9 that still holds 98.4 % at a lag-1 correlation of 0.3 (signs as a Markov chain: 1 - 0.597^8).
 */
export function orderStatisticInterval(inOrder: Sample, sorted: SortedSample, confidence: number): Interval {
  const n = sorted.length;
  const middle = (n + 1) / 2;
  const offset = (middle - medianRank(n, confidence)) * autocorrelationFactor(inOrder, sorted);
  const rank = Math.max(1, Math.floor(middle - offset));
  return { low: orderStatistic(sorted, rank), high: orderStatistic(sorted, n + 1 - rank), confidence, method: "order-statistic" };
}

const REMEMBERED = new Map<string, number>();

/**
 * The largest rank r for which the interval from the r-th smallest to the r-th largest of n independent values holds the median with at least
 * this confidence; 0 when even smallest to largest does not. Coverage is 1 - 2 P(B <= r - 1), B binomial (n, 1/2) (David and Nagaraja, Order Statistics, 7.1).
 */
export function medianRank(n: number, confidence: number): number {
  const key = `${String(n)}/${String(confidence)}`;
  const known = REMEMBERED.get(key);
  if (known !== undefined) return known;
  // The normal approximation is at most a rank or two away; the exact tail then decides.
  let rank = Math.max(0, Math.min(n >>> 1, Math.ceil(n / 2 - (normalFactor(confidence) * Math.sqrt(n)) / 2) + 2));
  while (rank > 0 && coverageOfRank(n, rank) < confidence) rank -= 1;
  REMEMBERED.set(key, rank);
  return rank;
}

/** Probability that the median lies between the r-th smallest and the r-th largest of n independent values. */
export function coverageOfRank(n: number, rank: number): number {
  return 1 - 2 * regularisedIncompleteBeta(0.5, n - rank + 1, rank);
}

/**
 * The factor by which the median's interval has to grow because neighbours are alike: sqrt(1 + 2 max(0, r1 + r2)).
 * r is the autocorrelation of the signs around the median, which alone decides how many values fall on each side of it, and which heavy tails cannot disturb.
 */
export function autocorrelationFactor(inOrder: Sample, sorted: SortedSample): number {
  const centre = medianOfSorted(sorted);
  let beforeLast = 0;
  let last = 0;
  let products1 = 0;
  let products2 = 0;
  let squares = 0;
  for (const value of inOrder) {
    const sign = value > centre ? 1 : value < centre ? -1 : 0;
    products1 += sign * last;
    products2 += sign * beforeLast;
    squares += sign * sign;
    beforeLast = last;
    last = sign;
  }
  if (squares === 0) return 1;
  return Math.sqrt(1 + 2 * Math.max(0, (products1 + products2) / squares));
}
