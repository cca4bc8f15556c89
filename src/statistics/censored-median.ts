/**
 * The median of values of which some are known only from below, or from above.
 * @packageDocumentation
 */
import { medianOfSorted } from "./median.js";
import { estimateOf, FEWEST_FOR_ORDER_STATISTICS, type Interval, orderStatisticInterval } from "./median-interval.js";
import { orderStatistic, type Sample, sampleOf, sorted } from "./sample.js";

/** Where a value lies: both limits are the value itself where it was measured, and one is infinite where nothing is known on that side. */
export interface CensoredValue {
  readonly low: number;
  readonly high: number;
}

/** A median and where it lies; limits of its interval are infinite where they fall on values without one. */
export interface CensoredEstimate {
  readonly centre: CensoredValue;
  readonly interval: Interval | undefined;
  readonly n: number;
}

/**
 * Estimates the median; undefined where there are no values. The r-th smallest value is at least the r-th smallest of the lower limits and at most that of
 * the upper ones, so order statistics stay exact whatever the unknown values are. Leaving these out instead would keep the low ones of a censored sample.
 * @param values in round order, on the log scale
 */
export function estimateOfCensored(values: readonly CensoredValue[], confidence: number): CensoredEstimate | undefined {
  const lows = sampleOf(values.map(({ low }) => low));
  const highs = sampleOf(values.map(({ high }) => high));
  if (lows === undefined || highs === undefined) return undefined;
  if (values.every(({ low, high }) => low === high)) {
    const exact = estimateOf(lows, confidence);
    return exact && { ...exact, centre: { low: exact.centre, high: exact.centre } };
  }
  const centre = { low: medianOfSorted(sorted(lows)), high: medianOfSorted(sorted(highs)) };
  const n = values.length;
  const interval = n < FEWEST_FOR_ORDER_STATISTICS ? extremes(lows, highs, confidence) : betweenRanks(lows, highs, confidence);
  return { centre, interval, n };
}

function betweenRanks(lows: Sample, highs: Sample, confidence: number): Interval {
  const { low } = orderStatisticInterval(lows, sorted(lows), confidence);
  const { high } = orderStatisticInterval(highs, sorted(highs), confidence);
  return { low, high, confidence, method: "order-statistic" };
}

/** From smallest to largest, where that holds the median often enough: each finite limit is on its wrong side in 1 of 2^n cases, an infinite one never. */
function extremes(lows: Sample, highs: Sample, confidence: number): Interval | undefined {
  const n = lows.length;
  const low = orderStatistic(sorted(lows), 1);
  const high = orderStatistic(sorted(highs), n);
  const known = [low, high].filter(Number.isFinite).length;
  return 1 - known / 2 ** n < confidence ? undefined : { low, high, confidence, method: "order-statistic" };
}
