/**
 * From a run to its summary: the same run always gives the same summary.
 * @packageDocumentation
 */
import type { Adviser, MeasuredRun } from "../model/comparison.js";
import type { Metric } from "../model/metric.js";
import { baselineOf, isBaseline } from "../model/path.js";
import type { Run } from "../model/run.js";
import { type Cell, SUMMARY_SCHEMA, type Summary } from "../model/summary.js";
import type { Resampling } from "../statistics/bootstrap.js";
import { betweenModes } from "./cells/between-modes.js";
import { addAll, type CellBoard, cellBoard, metricsAsked, trackerOf } from "./cells/cell-board.js";
import type { CellTracker } from "./cells/cell-tracker.js";
import { absoluteCell, cellWithout, ratioOf, withOutcome } from "./cells/cells.js";
import { comparisonsOf, pathsOf, whyAbsent } from "./cells/comparisons.js";
import { withDoubts } from "./cells/doubted-cell.js";
import { drawsOf } from "./cells/pooled.js";
import { HOST_PATH, type MeasuredPath } from "./cells/workload-record.js";
import { searchCells, searchCellsWithout } from "./no-drop/cells.js";
import { cappedAt } from "./observing/cap.js";
import { slicesBehind } from "./observing/strategy.js";

type ModeSummary = Summary["modes"][number];
type BuiltMode = Run["modes"][number];

/** Everything that the cells of a run are made from. */
interface Sources {
  readonly run: Run;
  readonly board: CellBoard;
  readonly metrics: readonly Metric[];
  readonly draws: (rounds: number) => Resampling;
}

/** Computes the summary of a run; the adviser ranks its modes. */
export function summarise(run: Run, adviser: Adviser): Summary {
  const fromSlices = (metric: Metric, path: MeasuredPath): boolean => slicesBehind(metric, shownBy(run, metric, path));
  const board = cellBoard(run.scenario, (name) => comparisonsOf(run.scenario, run, name), fromSlices);
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
    ...(run.matrix === undefined ? {} : { matrix: run.matrix }),
  };
}

/** What a path showed of a metric's workload. */
const shownBy = ({ observations }: Run, { workload }: Metric, { mode, path }: MeasuredPath): Run["observations"] =>
  observations.filter((one) => one.workload === workload && one.mode === mode && one.path === path);

function modeSummary(sources: Sources, built: BuiltMode): ModeSummary {
  if (built.status !== "built") return notBuilt(sources, built, built.status);
  const cells = [...cellsOf(sources, built.mode), ...searchCells(sources.run, built.mode)];
  const [first] = cells;
  if (first?.reason !== undefined && cells.every((cell) => cell.status === "failed")) {
    return { mode: built.mode, status: "failed", reason: first.reason, cells };
  }
  return { mode: built.mode, status: "measured", cells };
}

function notBuilt({ run, metrics }: Sources, { mode, reason }: BuiltMode, status: "unsupported" | "failed"): ModeSummary {
  const why = reason ?? "no reason was recorded";
  const paths = run.scenario.venue === "cluster" ? run.scenario.paths : ([mode === HOST_PATH.mode ? "host-host" : "pod-pod"] as const);
  const inRounds = paths.flatMap((path) => metrics.map((metric) => cellWithout(metric, path, status, why)));
  return { mode, status, reason: why, cells: [...inRounds, ...searchCellsWithout(run, mode, status, why)] };
}

function cellsOf(sources: Sources, mode: string): Cell[] {
  const { scenario } = sources.run;
  if (scenario.venue === "cluster")
    return pathsOf(scenario).flatMap((path) => sources.metrics.map((metric) => pathCell(sources, metric, path)));
  if (mode === HOST_PATH.mode) return sources.metrics.map((metric) => finished(sources, metric, HOST_PATH));
  const pods = sources.metrics.map((metric) => podCell(sources, mode, metric));
  if (!scenario.configuredBaseline) return pods;
  const ownNodes: MeasuredPath = { mode, path: "host-host" };
  const seen = sources.metrics.filter((metric) => (sources.board.get(metric.workload)?.record.of(ownNodes).length ?? 0) > 0);
  return [...pods, ...seen.map((metric) => finished(sources, metric, ownNodes, HOST_PATH))];
}

/** A path of a cluster against the hosts' own; a path that has none stands for itself and says so. */
function pathCell(sources: Sources, metric: Metric, path: MeasuredPath): Cell {
  if (isBaseline(path.path)) return finished(sources, metric, path);
  const baseline: MeasuredPath = { mode: path.mode, path: baselineOf(path.path) };
  const cell = finished(sources, metric, path, baseline);
  const absent = whyAbsent(sources.run.scenario, sources.run, baseline, metric.workload);
  if (cell.status !== "measured" || absent === undefined) return cell;
  return { ...cell, reason: `no ratio: ${baseline.path} ${absent.status}: ${absent.reason}` };
}

function podCell(sources: Sources, mode: string, metric: Metric): Cell {
  return finished(sources, metric, { mode, path: "pod-pod" }, HOST_PATH, { mode, path: "host-host" });
}

/** A cell with its ratios and what speaks against it. */
function finished(sources: Sources, metric: Metric, path: MeasuredPath, baseline?: MeasuredPath, ownNodes?: MeasuredPath): Cell {
  const { run, board, draws } = sources;
  const absent = whyAbsent(run.scenario, run, path, metric.workload);
  if (absent !== undefined) return cellWithout(metric, path.path, absent.status, absent.reason);
  const tracker = baseline === undefined ? undefined : trackerOf(board, metric, path, baseline);
  const cell = compared(sources, metric, path, tracker);
  const own = ownNodes === undefined || cell.status !== "measured" ? undefined : trackerOf(board, metric, path, ownNodes);
  const ratioConfigured = own === undefined ? undefined : ratioOf(own, own.finish(), draws);
  const whole = ratioConfigured === undefined ? cell : { ...cell, ratioConfigured };
  const record = board.get(metric.workload)?.record;
  return withDoubts(whole, metric, path, { scenario: run.scenario, record, tracker, congestionControl: congestionControlOf(run) });
}

/** What the senders of a cluster's path use. In the lab all paths have the same by construction. */
const congestionControlOf =
  ({ paths }: Run) =>
  ({ path }: MeasuredPath): string | undefined =>
    paths?.find((one) => one.path === path)?.congestionControl;

function compared(sources: Sources, metric: Metric, path: MeasuredPath, tracker: CellTracker | undefined): Cell {
  const cell = absolute(sources, metric, path);
  if (tracker === undefined) return cell;
  const outcome = tracker.finish();
  const ratio = ratioOf(tracker, outcome, sources.draws);
  const judged = withOutcome(cell, metric, outcome, whyUnseen(sources.run));
  return judged.status === "measured" && ratio !== undefined ? { ...judged, ratio } : judged;
}

function absolute({ run, board }: Sources, metric: Metric, path: MeasuredPath): Cell {
  const source = board.get(metric.workload);
  if (source === undefined) return cellWithout(metric, path.path, "refused", whyUnseen(run));
  const cell = absoluteCell(metric, path, source, whyUnseen(run));
  const cap = cappedAt(run.scenario, metric);
  return cap === undefined || cell.status !== "measured" ? cell : { ...cell, cappedAt: cap };
}

function whyUnseen(run: Run): string {
  return `not measured: ${run.partialReason ?? "the budget ended before its first complete round"}`;
}
