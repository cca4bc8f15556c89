/**
 * From a run to its summary: the same run always gives the same summary.
 * @packageDocumentation
 */
import type { Adviser, MeasuredRun } from "../model/comparison.js";
import type { Metric } from "../model/metric.js";
import type { Run } from "../model/run.js";
import { type Cell, SUMMARY_SCHEMA, type Summary } from "../model/summary.js";
import type { Resampling } from "../statistics/bootstrap.js";
import { betweenModes } from "./between-modes.js";
import { addAll, type BuiltModes, type CellBoard, type Comparison, cellBoard, metricsAsked, whyUnsupported } from "./cell-board.js";
import { absoluteCell, cellWithout, ratioOf, withOutcome } from "./cells.js";
import { type DoubtSource, withDoubts } from "./doubted-cell.js";
import { searchCells, searchCellsWithout } from "./no-drop/cells.js";
import { drawsOf } from "./pooled.js";
import { HOST_PATH, type MeasuredPath } from "./workload-record.js";

type ModeSummary = Summary["modes"][number];
type BuiltMode = BuiltModes[number];

/** Everything that the cells of a run are made from. */
interface Sources {
  readonly run: Run;
  readonly board: CellBoard;
  readonly metrics: readonly Metric[];
  readonly draws: (rounds: number) => Resampling;
}

/** Computes the summary of a run; the adviser ranks its modes. */
export function summarise(run: Run, adviser: Adviser): Summary {
  const board = cellBoard(run.scenario, run.modes, comparisonsOf(run));
  addAll(board, run.observations);
  const sources = { run, board, metrics: metricsAsked(run.scenario), draws: drawsOf(run.scenario.seed) };
  const modes = run.modes.map((built) => modeSummary(sources, built));
  const measured: MeasuredRun = { scenario: run.scenario, status: run.status, modes, between: betweenModes(run.scenario, board, modes) };
  return {
    schema: SUMMARY_SCHEMA,
    venue: run.scenario.venue,
    status: run.status,
    ...(run.partialReason === undefined ? {} : { partialReason: run.partialReason }),
    modes,
    ...adviser(measured),
    environment: run.environment,
    ...(run.inspection === undefined ? {} : { inspection: run.inspection }),
  };
}

function comparisonsOf(run: Run): readonly Comparison[] {
  return run.scenario.configuredBaseline ? ["pods-to-host", "pods-to-own-nodes", "own-nodes-to-host"] : ["pods-to-host"];
}

function modeSummary(sources: Sources, built: BuiltMode): ModeSummary {
  if (built.status !== "built") return notBuilt(sources, built, built.status);
  const inRounds = built.mode === HOST_PATH.mode ? hostCells(sources) : cellsOf(sources, built);
  const cells = [...inRounds, ...searchCells(sources.run, built.mode)];
  const [first] = cells;
  if (first?.reason !== undefined && cells.every((cell) => cell.status === "failed")) {
    return { mode: built.mode, status: "failed", reason: first.reason, cells };
  }
  return { mode: built.mode, status: "measured", cells };
}

function notBuilt({ run, metrics }: Sources, { mode, reason }: BuiltMode, status: "unsupported" | "failed"): ModeSummary {
  const why = reason ?? "no reason was recorded";
  const path = mode === HOST_PATH.mode ? "host-host" : "pod-pod";
  const inRounds = metrics.map((metric) => cellWithout(metric, path, status, why));
  return { mode, status, reason: why, cells: [...inRounds, ...searchCellsWithout(run, mode, status, why)] };
}

function hostCells(sources: Sources): Cell[] {
  return sources.metrics.map((metric) => withDoubts(absolute(sources, metric, HOST_PATH), metric, HOST_PATH, sourceOf(sources, metric)));
}

function cellsOf(sources: Sources, built: BuiltMode): Cell[] {
  const pods = sources.metrics.map((metric) => podCell(sources, built, metric));
  if (!sources.run.scenario.configuredBaseline) return pods;
  const seen = sources.metrics.filter(
    (metric) => (sources.board.get(metric.workload)?.record.of({ mode: built.mode, path: "host-host" }).length ?? 0) > 0,
  );
  return [...pods, ...seen.map((metric) => ownNodesCell(sources, built.mode, metric))];
}

function podCell(sources: Sources, built: BuiltMode, metric: Metric): Cell {
  const unsupported = whyUnsupported(built, metric.workload);
  if (unsupported !== undefined) return cellWithout(metric, "pod-pod", "unsupported", unsupported);
  const cell = compared(sources, metric, { mode: built.mode, path: "pod-pod" }, "pods-to-host");
  const own = cell.status === "measured" ? trackerOf(sources, metric, built.mode, "pods-to-own-nodes") : undefined;
  const ratioConfigured = own === undefined ? undefined : ratioOf(own, own.finish(), sources.draws);
  const whole = ratioConfigured === undefined ? cell : { ...cell, ratioConfigured };
  return withDoubts(whole, metric, { mode: built.mode, path: "pod-pod" }, sourceOf(sources, metric, built.mode, "pods-to-host"));
}

function ownNodesCell(sources: Sources, mode: string, metric: Metric): Cell {
  const path: MeasuredPath = { mode, path: "host-host" };
  const cell = compared(sources, metric, path, "own-nodes-to-host");
  return withDoubts(cell, metric, path, sourceOf(sources, metric, mode, "own-nodes-to-host"));
}

/** Where the evidence of a cell lies; the host's own cell has no tracker. */
function sourceOf(sources: Sources, metric: Metric, mode = HOST_PATH.mode, comparison?: Comparison): DoubtSource {
  const { run, board } = sources;
  const tracker = comparison === undefined ? undefined : trackerOf(sources, metric, mode, comparison);
  return { scenario: run.scenario, record: board.get(metric.workload)?.record, tracker };
}

function compared(sources: Sources, metric: Metric, path: MeasuredPath, comparison: Comparison): Cell {
  const cell = absolute(sources, metric, path);
  const tracker = trackerOf(sources, metric, path.mode, comparison);
  if (tracker === undefined) return cell;
  const outcome = tracker.finish();
  const ratio = ratioOf(tracker, outcome, sources.draws);
  const judged = withOutcome(cell, metric, outcome, whyUnseen(sources.run));
  return judged.status === "measured" && ratio !== undefined ? { ...judged, ratio } : judged;
}

function absolute({ run, board }: Sources, metric: Metric, path: MeasuredPath): Cell {
  const source = board.get(metric.workload);
  return source === undefined
    ? cellWithout(metric, path.path, "refused", whyUnseen(run))
    : absoluteCell(metric, path, source, whyUnseen(run));
}

function trackerOf({ board }: Sources, metric: Metric, mode: string, comparison: Comparison) {
  return board
    .get(metric.workload)
    ?.cells.find((cell) => cell.mode === mode && cell.metric.name === metric.name && cell.comparison === comparison)?.tracker;
}

function whyUnseen(run: Run): string {
  return `not measured: ${run.partialReason ?? "the budget ended before its first complete round"}`;
}
