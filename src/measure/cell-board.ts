/**
 * All cells of a run, fed round by round. The live view and the summary read the same board, so they cannot disagree.
 * @packageDocumentation
 */
import { METRICS, type Metric, type WorkloadName, workload } from "../model/metric.js";
import type { Observation, Run } from "../model/run.js";
import type { Scenario } from "../model/scenario.js";
import { FEWEST_ROUNDS, type LookPlan } from "../statistics/planned-looks.js";
import { CellTracker } from "./cell-tracker.js";
import { drawsOf, PooledNumbers } from "./pooled.js";
import { comesFromSlices } from "./strategy.js";
import { HOST_PATH, type MeasuredPath, WorkloadRecord } from "./workload-record.js";

/** Modes of a run as far as they could be built. */
export type BuiltModes = Run["modes"];

/** A pod path against the bare host, and where asked against its own nodes, and these against the bare host. */
export type Comparison = "pods-to-host" | "pods-to-own-nodes" | "own-nodes-to-host";

/** One comparison of one metric of one mode. */
export interface BoardCell {
  readonly comparison: Comparison;
  readonly mode: string;
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

/** The margin of a metric: the capped one only for what the link's cap evens out, which CPU cost is not. */
export function marginOf(scenario: Scenario, metric: Metric): number {
  const capped = scenario.linkBitsPerSecond !== null && workload(metric.workload).link === "capped" && metric.estimator.kind !== "cpu";
  return capped ? scenario.margin.capped : scenario.margin.open;
}

/** How the cells of a metric are looked at. */
export function lookPlanOf(scenario: Scenario, metric: Metric, mode: string): LookPlan {
  const fewestRounds = comesFromSlices(scenario, metric, mode) ? FEWEST_ROUNDS.slices : FEWEST_ROUNDS.trials;
  return { margin: marginOf(scenario, metric), better: metric.better, fewestRounds };
}

/** Why a mode's pods cannot carry a workload, or undefined when they can. */
export function whyUnsupported(built: BuiltModes[number], name: WorkloadName): string | undefined {
  return built.unsupportedWorkloads?.[name];
}

/** An empty board. Only pod paths against the host decide when measuring ends, so a live board needs no other comparison. */
export function cellBoard(scenario: Scenario, modes: BuiltModes, comparisons: readonly Comparison[]): CellBoard {
  const draws = drawsOf(scenario.seed);
  const metrics = metricsAsked(scenario);
  return new Map(
    scenario.workloads.map((name) => {
      const record = new WorkloadRecord(name);
      const pooled = new PooledNumbers(record, draws);
      const cells = modes
        .filter(({ mode, status }) => mode !== HOST_PATH.mode && status === "built")
        .flatMap((built) =>
          comparisons
            .filter((one) => one === "own-nodes-to-host" || whyUnsupported(built, name) === undefined)
            .map((comparison) => ({ built, comparison })),
        )
        .flatMap(({ built: { mode }, comparison }) =>
          metrics
            .filter((metric) => metric.workload === name)
            .map((metric) => {
              const sliced = comesFromSlices(scenario, metric, mode);
              const source = { record, pooled, metric, sliced, ...pathsOf(mode, comparison) };
              return { comparison, mode, metric, tracker: new CellTracker(source, lookPlanOf(scenario, metric, mode)) };
            }),
        );
      return [name, { record, pooled, cells }];
    }),
  );
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

function pathsOf(mode: string, comparison: Comparison): { readonly numerator: MeasuredPath; readonly denominator: MeasuredPath } {
  const pods: MeasuredPath = { mode, path: "pod-pod" };
  const ownNodes: MeasuredPath = { mode, path: "host-host" };
  if (comparison === "pods-to-own-nodes") return { numerator: pods, denominator: ownNodes };
  return { numerator: comparison === "pods-to-host" ? pods : ownNodes, denominator: HOST_PATH };
}
