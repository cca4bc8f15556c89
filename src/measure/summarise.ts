/**
 * From a run to its summary: the same run always gives the same summary.
 * @packageDocumentation
 */
import type { Adviser, MeasuredRun } from "../model/adviser.js";
import { isBeside } from "../model/comparison.js";
import type { Metric } from "../model/metric.js";
import type { Run } from "../model/run.js";
import { type Cell, SUMMARY_SCHEMA, type Summary } from "../model/summary.js";
import { betweenModes } from "./cells/between-modes.js";
import { CampaignSources } from "./cells/campaign-sources.js";
import { type CellInputs, cellOf, cellWithout } from "./cells/cell.js";
import { cellBoard, metricsAsked, replay } from "./cells/cell-board.js";
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
  const board = cellBoard({ planned: run, sources, campaignFor: (metric, path) => sources.behind(metric, path) });
  replay(board);
  const inputs = { run, board, metrics: metricsAsked(scenario) };
  const modes = run.modes.map((built) => modeSummary(inputs, built));
  const measured: MeasuredRun = { scenario, status: run.status, modes, between: betweenModes(run, board, modes) };
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
  const paths = pathsOf(run, mode).filter((path) => !isBeside(run.comparisons, path));
  const inRounds = paths.flatMap((path) => metrics.map((metric) => cellWithout(metric, path, { status, reason: why })));
  return { mode, status, reason: why, cells: [...inRounds, ...searchCellsWithout(run, mode, status, why)] };
}

const pathsOf = ({ paths }: Run, mode: string): Run["paths"] => paths.filter((path) => path.mode === mode);

/** Every metric of every path. What is only measured beside others has a row where it was seen. */
function cellsOf(inputs: Inputs, mode: string): Cell[] {
  const { run, board, metrics } = inputs;
  return pathsOf(run, mode).flatMap((path) => {
    const shown = isBeside(run.comparisons, path) ? metrics.filter((metric) => board.sources.hold(metric, path)) : metrics;
    return shown.map((metric) => cellOf(inputs, metric, path));
  });
}
