/**
 * The ratio of a cell as a summary says it.
 * @packageDocumentation
 */
import type { CellRatio } from "../../model/summary.js";
import type { Resampling } from "../../statistics/bootstrap.js";
import { ratioOfLog } from "../../statistics/combine-intervals.js";
import { medianOf } from "../../statistics/median.js";
import type { CellOutcome, CellTracker } from "./cell-tracker.js";
import { sumRatioOf } from "./stalls.js";

/** Recent rounds used to predict the duration of the next. */
const ROUNDS_OF_PACE = 9;

/** The ratio of what a tracker came to; undefined where it has none. */
export function ratioOf(tracker: CellTracker, outcome: CellOutcome, draws: (rounds: number) => Resampling): CellRatio | undefined {
  if (outcome.kind !== "estimated") return undefined;
  const { metric } = tracker.source;
  const { centre, interval, verdict, rounds, closed, roundsNeeded, restarts, starts, limit } = outcome;
  const halves = tracker.halves;
  const sums = metric.estimator.kind === "value" ? sumRatioOf(tracker.source, rounds, draws) : undefined;
  return {
    baseline: tracker.source.baseline ?? "host",
    median: Math.exp(centre),
    low: interval === undefined ? null : Math.exp(interval.low),
    high: interval === undefined ? null : Math.exp(interval.high),
    verdict,
    margin: tracker.plan.margin,
    n: rounds.length,
    method: interval?.method ?? "none",
    ...(interval === undefined ? {} : { confidence: interval.confidence }),
    ...(restarts === undefined ? {} : { restarts }),
    ...(starts === undefined ? {} : { starts }),
    ...(limit === undefined ? {} : { limit }),
    ...(halves === undefined ? {} : { halves: ratioOfLog(halves) }),
    ...(sums === undefined ? {} : { ratioOfSums: sums.ratioOfSums }),
    ...(sums?.stalls === true ? { stalls: true } : {}),
    ...(closed === undefined ? {} : { decided: { ...closed, seconds: tracker.source.record.timeOf(closed.round).ended } }),
    ...(roundsNeeded === undefined ? {} : { stillNeeds: { rounds: roundsNeeded, seconds: roundsNeeded * paceOf(tracker, rounds) } }),
  };
}

/** Seconds that a round takes, as the last ones did: paths leave, and rounds get shorter. */
function paceOf(tracker: CellTracker, rounds: readonly number[]): number {
  const times = rounds.slice(-ROUNDS_OF_PACE).map((round) => tracker.source.record.timeOf(round));
  return medianOf(times.map(({ began, ended }) => ended - began)) ?? 0;
}
