/**
 * All cells of a run, fed round by round. The live view and the summary read the same board, so they cannot disagree.
 * @packageDocumentation
 */
import { METRICS, type Metric, type WorkloadName, workload } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import { FEWEST_ROUNDS, type LookPlan } from "../../statistics/planned-looks.js";
import { cappedAt } from "../observing/cap.js";
import { comesFromSlices } from "../observing/strategy.js";
import { CellTracker } from "./cell-tracker.js";
import type { Comparison } from "./comparisons.js";
import { drawsOf, PooledNumbers } from "./pooled.js";
import { type MeasuredPath, samePath, WorkloadRecord } from "./workload-record.js";

/** One comparison of one metric. */
export interface BoardCell extends Comparison {
  readonly metric: Metric;
  readonly tracker: CellTracker;
}

/** The observations of a workload with its cells. */
export interface WorkloadBoard {
  readonly record: WorkloadRecord;
  readonly pooled: PooledNumbers;
  readonly cells: readonly BoardCell[];
}

/** By workload of the scenario. */
export type CellBoard = ReadonlyMap<WorkloadName, WorkloadBoard>;

/** The metrics that are reported, in table order. */
export function metricsAsked(scenario: Scenario): readonly Metric[] {
  return METRICS.filter((metric) => scenario.metrics.includes(metric.name));
}

/** The margin of a metric: the capped one only for what a cap evens out, which CPU cost is not. */
export function marginOf(scenario: Scenario, metric: Metric): number {
  const limited = scenario.linkBitsPerSecond !== null && workload(metric.workload).link === "capped" && metric.estimator.kind !== "cpu";
  return limited || cappedAt(scenario, metric) !== undefined ? scenario.margin.capped : scenario.margin.open;
}

/** How the cells of a metric are looked at. */
function lookPlanOf(scenario: Scenario, metric: Metric, sliced: boolean): LookPlan {
  const fewestRounds = sliced ? FEWEST_ROUNDS.slices : FEWEST_ROUNDS.trials;
  return { margin: marginOf(scenario, metric), better: metric.better, fewestRounds };
}

/**
 * An empty board of these comparisons. Only those that decide say when measuring ends, so a live board needs no others.
 * @param fromSlices whether a metric's numbers come from slices; of a run that is still to be measured the strategy says it
 */
export function cellBoard(
  scenario: Scenario,
  comparisons: (workload: WorkloadName) => readonly Comparison[],
  fromSlices: (metric: Metric, path: MeasuredPath) => boolean = (metric, path) => comesFromSlices(scenario, metric, path),
): CellBoard {
  const draws = drawsOf(scenario.seed);
  const metrics = metricsAsked(scenario);
  return new Map(
    scenario.workloads.map((name) => {
      const record = new WorkloadRecord(name);
      const pooled = new PooledNumbers(record, draws);
      const cells = comparisons(name).flatMap((comparison) =>
        metrics
          .filter((metric) => metric.workload === name)
          .map((metric): BoardCell => {
            const { numerator, denominator, baseline } = comparison;
            const sliced = fromSlices(metric, numerator);
            const source = { record, pooled, metric, sliced, numerator, denominator, baseline };
            return { ...comparison, metric, tracker: new CellTracker(source, lookPlanOf(scenario, metric, sliced)) };
          }),
      );
      return [name, { record, pooled, cells }];
    }),
  );
}

/** The cell of a metric that compares these two paths; undefined where the board has none. */
export function trackerOf(board: CellBoard, metric: Metric, numerator: MeasuredPath, denominator: MeasuredPath): CellTracker | undefined {
  const cells = board.get(metric.workload)?.cells ?? [];
  return cells.find(
    (cell) => cell.metric.name === metric.name && samePath(cell.numerator, numerator) && samePath(cell.denominator, denominator),
  )?.tracker;
}

/** Adds the observations of one complete round of one workload and lets every cell take them in. */
export function addRound(board: WorkloadBoard, round: number, observations: readonly Observation[]): void {
  for (const observation of observations) board.record.add(observation);
  for (const { tracker } of board.cells) tracker.see(round);
}

/** Fills a board with everything a run saw, and lets its cells take in the rounds in their order. */
export function addAll(board: CellBoard, observations: readonly Observation[]): void {
  for (const observation of observations) board.get(observation.workload)?.record.add(observation);
  for (const { record, cells } of board.values()) {
    for (const round of record.rounds()) for (const { tracker } of cells) tracker.see(round);
  }
}
