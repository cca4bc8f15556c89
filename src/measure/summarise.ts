/**
 * From a run to its summary: the same run always gives the same summary.
 * @packageDocumentation
 */
import type { Adviser, MeasuredRun } from "../model/comparison.js";
import type { Metric, WorkloadName } from "../model/metric.js";
import { baselineOf, isBaseline } from "../model/path.js";
import type { Run } from "../model/run.js";
import { type Cell, SUMMARY_SCHEMA, type Summary } from "../model/summary.js";
import { betweenModes } from "./cells/between-modes.js";
import { HOST_PATH, type MeasuredPath } from "./cells/campaign-record.js";
import { CampaignSources } from "./cells/campaign-sources.js";
import { type CellInputs, cellOf, cellWithout } from "./cells/cell.js";
import { cellBoard, metricsAsked, replay } from "./cells/cell-board.js";
import { type Comparison, comparisonsOf, pathsOf, whyAbsent } from "./cells/comparisons.js";
import { drawsOf } from "./cells/pooled.js";
import { searchCells, searchCellsWithout } from "./no-drop/cells.js";

type ModeSummary = Summary["modes"][number];
type BuiltMode = Run["modes"][number];

/** Everything that a summary is made from. */
interface Inputs extends CellInputs {
  readonly metrics: readonly Metric[];
}

/** Computes the summary of a run; the adviser ranks its modes. */
export function summarise(run: Run, adviser: Adviser): Summary {
  const { scenario } = run;
  const sources = new CampaignSources(drawsOf(scenario.seed), run.observations);
  const comparisons = (name: WorkloadName): readonly Comparison[] => comparisonsOf(scenario, run, name);
  const board = cellBoard({ scenario, comparisons, sources, campaignFor: (metric, path) => sources.behind(metric, path) });
  replay(board);
  const inputs = { run, board, metrics: metricsAsked(scenario) };
  const modes = run.modes.map((built) => modeSummary(inputs, built));
  const measured: MeasuredRun = { scenario, status: run.status, modes, between: betweenModes(scenario, board, modes) };
  return {
    schema: SUMMARY_SCHEMA,
    venue: scenario.venue,
    status: run.status,
    ...(run.partialReason === undefined ? {} : { partialReason: run.partialReason }),
    modes,
    ...adviser(measured),
    environment: run.environment,
    ...(run.givenUp === undefined ? {} : { givenUp: run.givenUp }),
    ...(run.inspection === undefined ? {} : { inspection: run.inspection }),
    ...(run.matrix === undefined ? {} : { matrix: run.matrix }),
  };
}

function modeSummary(inputs: Inputs, built: BuiltMode): ModeSummary {
  if (built.status !== "built") return notBuilt(inputs, built, built.status);
  const cells = [...cellsOf(inputs, built.mode), ...searchCells(inputs.run, built.mode)];
  const [first] = cells;
  if (first?.reason !== undefined && cells.every((cell) => cell.status === "failed")) {
    return { mode: built.mode, status: "failed", reason: first.reason, cells };
  }
  return { mode: built.mode, status: "measured", cells };
}

function notBuilt({ run, metrics }: Inputs, { mode, reason }: BuiltMode, status: "unsupported" | "failed"): ModeSummary {
  const why = reason ?? "no reason was recorded";
  const paths = run.scenario.venue === "cluster" ? run.scenario.paths : ([mode === HOST_PATH.mode ? "host-host" : "pod-pod"] as const);
  const inRounds = paths.flatMap((path) => metrics.map((metric) => cellWithout(metric, { mode, path }, { status, reason: why })));
  return { mode, status, reason: why, cells: [...inRounds, ...searchCellsWithout(run, mode, status, why)] };
}

function cellsOf(inputs: Inputs, mode: string): Cell[] {
  const { metrics, board } = inputs;
  const { scenario } = inputs.run;
  if (scenario.venue === "cluster") return pathsOf(scenario).flatMap((path) => metrics.map((metric) => pathCell(inputs, metric, path)));
  if (mode === HOST_PATH.mode) return metrics.map((metric) => cellOf(inputs, metric, HOST_PATH));
  const pods = metrics.map((metric) => cellOf(inputs, metric, { mode, path: "pod-pod" }));
  if (!scenario.configuredBaseline) return pods;
  const ownNodes: MeasuredPath = { mode, path: "host-host" };
  const seen = metrics.filter((metric) => board.sources.of(board.sources.behind(metric, ownNodes)).record.of(ownNodes).length > 0);
  return [...pods, ...seen.map((metric) => cellOf(inputs, metric, ownNodes))];
}

/** A path of a cluster against the hosts' own; a path that has none stands for itself and says so. */
function pathCell(inputs: Inputs, metric: Metric, path: MeasuredPath): Cell {
  const cell = cellOf(inputs, metric, path);
  if (isBaseline(path.path) || cell.status !== "measured") return cell;
  const baseline: MeasuredPath = { mode: path.mode, path: baselineOf(path.path) };
  const absent = whyAbsent(inputs.run.scenario, inputs.run, baseline, metric.workload);
  return absent === undefined ? cell : { ...cell, reason: `no ratio: ${baseline.path} ${absent.status}: ${absent.reason}` };
}
