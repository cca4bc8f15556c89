/**
 * The interval of a typical log ratio, by the method that holds at its number of rounds.
 * @packageDocumentation
 */
import type { Interval } from "./interval.js";
import { orderStatisticInterval } from "./order-statistic-interval.js";
import type { Sample, SortedSample } from "./sample.js";
import { tInterval } from "./t-interval.js";

/** Below this number of rounds there is no interval. */
export const FEWEST_FOR_INTERVAL = 3;
/** From this number of rounds on the order statistics carry an interval. */
export const FEWEST_FOR_ORDER_STATISTICS = 9;

/** The interval of the median of log ratios in round order, or undefined below three of them. */
export function typicalInterval(inOrder: Sample, sorted: SortedSample, confidence: number): Interval | undefined {
  if (sorted.length < FEWEST_FOR_INTERVAL) return undefined;
  if (sorted.length < FEWEST_FOR_ORDER_STATISTICS) return tInterval(sorted, confidence);
  return orderStatisticInterval(inOrder, sorted, confidence);
}
