/**
 * From what a cell came to, to what a summary says of it.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { Cell, CellRatio } from "../../model/summary.js";
import type { Resampling } from "../../statistics/bootstrap.js";
import { medianOf } from "../../statistics/median.js";
import type { CellOutcome, CellTracker } from "./cell-tracker.js";
import { samplesRequired, tooFewSentence } from "./paired-cell.js";
import { whyUnusable } from "./pairing.js";
import type { Pooled, PooledNumbers } from "./pooled.js";
import { sumRatioOf } from "./stalls.js";
import type { MeasuredPath, WorkloadRecord } from "./workload-record.js";

/** A cell without a figure. */
export function cellWithout(
  metric: Metric,
  path: MeasuredPath["path"],
  status: "unsupported" | "refused" | "failed",
  reason: string,
): Cell {
  return { metric: metric.name, path, status, reason, unit: metric.unit, better: metric.better, median: null, n: 0 };
}

/** Where a path's figures come from. */
export interface PathSource {
  readonly record: WorkloadRecord;
  readonly pooled: PooledNumbers;
}

/** A path's own figure, without a ratio: what it showed in all of its rounds. `whyUnseen` is the reason where it has none. */
export function absoluteCell(metric: Metric, path: MeasuredPath, { record, pooled }: PathSource, whyUnseen: string): Cell {
  const all = record.of(path);
  const usable = all.filter((observation) => whyUnusable(metric, observation) === undefined);
  const [first] = all;
  if (first === undefined) return cellWithout(metric, path.path, "refused", whyUnseen);
  if (usable.length === 0) return cellWithout(metric, path.path, "failed", whyUnusable(metric, first) ?? whyUnseen);
  const figure = figureOf(metric, usable, () => pooled.of(metric, path, record.rounds()));
  if ("refused" in figure) return cellWithout(metric, path.path, "refused", figure.refused);
  const counts = metric.estimator.kind === "cpu" ? undefined : countsOf(usable);
  return {
    metric: metric.name,
    path: path.path,
    status: "measured",
    unit: metric.unit,
    better: metric.better,
    median: figure.median,
    n: usable.length,
    ...(counts === undefined ? {} : { counts }),
    ...(metric.estimator.kind === "cpu" ? { softirqShare: softirqShare(usable) } : {}),
  };
}

/** An absolute cell with what its pair of paths came to. A pair without a result takes the figure with it: a refused cell shows why, not how much. */
export function withOutcome(cell: Cell, metric: Metric, outcome: CellOutcome, whyUnseen: string): Cell {
  if (cell.status !== "measured" || outcome.kind === "estimated") return cell;
  if (outcome.kind === "unseen") return cellWithout(metric, cell.path, "refused", whyUnseen);
  return cellWithout(metric, cell.path, outcome.kind, outcome.reason);
}

/** Rounds from which the pace of further ones is told. */
const ROUNDS_OF_PACE = 9;

/** The ratio of a cell; undefined where it has none. */
export function ratioOf(tracker: CellTracker, outcome: CellOutcome, draws: (rounds: number) => Resampling): CellRatio | undefined {
  if (outcome.kind !== "estimated") return undefined;
  const { metric } = tracker.source;
  const { centre, interval, verdict, rounds, closed, roundsNeeded, restarts } = outcome;
  const halves = tracker.halves;
  const sums = metric.estimator.kind === "value" ? sumRatioOf(tracker.source, rounds, centre, draws) : undefined;
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
    ...(halves === undefined
      ? {}
      : { halves: { median: Math.exp(halves.estimate), low: Math.exp(halves.low), high: Math.exp(halves.high) } }),
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

type Figure = { readonly median: number } | { readonly refused: string };

function figureOf(metric: Metric, usable: readonly Observation[], pooled: () => Pooled | undefined): Figure {
  switch (metric.estimator.kind) {
    case "value":
      return { median: medianOf(usable.map((observation) => observation.values[metric.name] ?? 0)) ?? 0 };
    case "cpu":
      return costOf(usable);
    case "percentile":
      return percentileOf(pooled(), samplesRequired(metric.estimator.p));
  }
}

function costOf(usable: readonly Observation[]): Figure {
  const work = usable.reduce((sum, observation) => sum + observation.work, 0);
  const busy = usable.reduce((sum, observation) => sum + observation.cpu.busy, 0);
  return work > 0 && busy > 0 ? { median: busy / work } : { refused: "no work or no CPU time was seen" };
}

function percentileOf(pooled: Pooled | undefined, required: number): Figure {
  const samples = pooled?.samples ?? 0;
  if (pooled === undefined || samples < required) return { refused: tooFewSentence(samples, required) };
  return { median: Math.exp(pooled.logarithm) };
}

function softirqShare(usable: readonly Observation[]): number {
  const busy = usable.reduce((sum, observation) => sum + observation.cpu.busy, 0);
  const softirq = usable.reduce((sum, observation) => sum + observation.cpu.softirq, 0);
  return busy > 0 ? softirq / busy : 0;
}

const COUNTS = ["offered", "forwarded", "lost", "failed"] as const;

function countsOf(usable: readonly Observation[]): Cell["counts"] {
  const sums: NonNullable<Cell["counts"]> = {};
  for (const name of COUNTS) {
    const seen = usable.flatMap((observation) => observation.counts?.[name] ?? []);
    if (seen.length > 0) sums[name] = seen.reduce((sum, count) => sum + count, 0);
  }
  return Object.keys(sums).length === 0 ? undefined : sums;
}
