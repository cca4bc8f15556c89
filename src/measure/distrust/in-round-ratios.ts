/**
 * Log ratios inside rounds, for checks that compare two groups of observations.
 * @packageDocumentation
 */
import type { Observation } from "../../model/run.js";
import { medianOf } from "../../statistics/median.js";
import { byRound } from "./evidence.js";

/** ln(typical value of one group / typical value of the other) of each round that has both, in round order. */
export function logRatios(metric: string, above: readonly Observation[], below: readonly Observation[]): readonly number[] {
  const denominators = new Map(byRound(below).map((round) => [round[0]?.round, typical(metric, round)]));
  return byRound(above).flatMap((round) => {
    const ratio = Math.log((typical(metric, round) ?? 0) / (denominators.get(round[0]?.round) ?? 0));
    return Number.isFinite(ratio) ? [ratio] : [];
  });
}

/** ln(first value / last value) of each round with two observations or more, in round order: what the same path shows of itself. */
export function selfLogRatios(metric: string, observations: readonly Observation[]): readonly number[] {
  return byRound(observations).flatMap((round) => {
    const values = [...round].sort((one, other) => one.position - other.position).flatMap(({ values: { [metric]: value } }) => value ?? []);
    const ratio = values.length < 2 ? Number.NaN : Math.log((values[0] ?? 0) / (values.at(-1) ?? 0));
    return Number.isFinite(ratio) ? [ratio] : [];
  });
}

function typical(metric: string, round: readonly Observation[]): number | undefined {
  return medianOf(round.flatMap(({ values: { [metric]: value } }) => value ?? []));
}
