/**
 * Log ratios inside rounds, for checks that compare two groups of observations.
 * @packageDocumentation
 */
import type { Observation } from "../../model/run.js";
import type { Estimated } from "../../statistics/combine-intervals.js";
import { estimateOf, FEWEST_FOR_ORDER_STATISTICS, type Interval } from "../../statistics/median-interval.js";
import { logRatioOf } from "../cells/pairing.js";
import { byRound } from "./evidence.js";

/** {@link logRatioOf} two groups in each round that has both, in round order. */
export function logRatios(metric: string, above: readonly Observation[], below: readonly Observation[]): readonly number[] {
  const denominators = new Map(byRound(below).map((round) => [round[0]?.round, round]));
  return byRound(above).flatMap((round) => logRatioOf(metric, round, denominators.get(round[0]?.round) ?? []) ?? []);
}

/**
 * ln(first value / last value) of each round with two values or more, in round order: what the same path shows of itself. A path that stood still once
 * gives an infinity, of either sign; a round in which it never moved says nothing.
 */
export function selfLogRatios(metric: string, observations: readonly Observation[]): readonly number[] {
  return byRound(observations).flatMap((round) => {
    const inOrder = [...round].sort((one, other) => one.position - other.position);
    const [first, ...others] = inOrder.flatMap(({ values: { [metric]: value } }) => value ?? []);
    const last = others.at(-1);
    const ratio = first === undefined || last === undefined ? Number.NaN : Math.log(first) - Math.log(last);
    return Number.isNaN(ratio) ? [] : [ratio];
  });
}

/** A median log ratio and its limits. */
export type LogInterval = Interval & Estimated;

/** The interval of the median log ratio; undefined where there are too few rounds for order statistics. */
export function intervalOf(ratios: readonly number[], confidence: number): LogInterval | undefined {
  const estimate = estimateOf(ratios, confidence);
  if (estimate?.interval === undefined || estimate.n < FEWEST_FOR_ORDER_STATISTICS) return undefined;
  return { ...estimate.interval, estimate: estimate.centre };
}
