/**
 * The interval for 3 to 8 rounds, by Student's t on log ratios.
 * @packageDocumentation
 */
import type { Interval } from "./interval.js";
import { medianOfSorted } from "./median.js";
import { orderStatistic, type SortedSample } from "./sample.js";
import { studentFactor } from "./student-t.js";

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
