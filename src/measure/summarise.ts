/**
 * From a run to its summary: the same run always gives the same summary.
 * @packageDocumentation
 */
import type { Adviser, MeasuredRun } from "../model/adviser.js";
import { isBeside } from "../model/comparison.js";
import type { Metric } from "../model/metric.js";
import { isBaseline } from "../model/path.js";
import type { Run } from "../model/run.js";
import { type Cell, SUMMARY_SCHEMA, type Summary } from "../model/summary.js";
import { betweenModes } from "./cells/between-modes.js";
import { CampaignSources } from "./cells/campaign-sources.js";
import { type CellInputs, cellOf, cellWithout } from "./cells/cell.js";
import { cellBoard, metricsAsked, replay } from "./cells/cell-board.js";
import { IdleCpu } from "./cells/idle-cpu.js";
import { drawsOf } from "./cells/pooled.js";
import { searchCells } from "./no-drop/cells.js";

type ModeSummary = Summary["modes"][number];
type BuiltMode = Run["modes"][number];

/** Everything that a summary is made from. */
interface Inputs extends CellInputs {
  readonly metrics: readonly Metric[];
}

/** Computes the summary of a run; the adviser ranks its modes. */
export function summarise(run: Run, adviser: Adviser): Summary {
  const measured = measuredRun(run);
  const network = run.inspection === undefined ? {} : { inspection: run.inspection };
  return {
    schema: SUMMARY_SCHEMA,
    venue: run.scenario.venue,
    status: run.status,
    ...(run.partialReason === undefined ? {} : { partialReason: run.partialReason }),
    modes: measured.modes,
    ...adviser(measured),
    environment: run.environment,
    ...(run.givenUp === undefined ? {} : { givenUp: run.givenUp }),
    ...network,
    ...(run.matrix === undefined ? {} : { matrix: run.matrix }),
    ...(run.serviceCounts === undefined ? {} : { serviceCounts: run.serviceCounts }),
    ...(run.conformance === undefined ? {} : { conformance: run.conformance }),
  };
}

/**
 * The figures of a run.
 * @param confidence - of the intervals between modes; 95 % where nothing is said
 */
export function measuredRun(run: Run, confidence?: number): MeasuredRun {
  const { scenario } = run;
  const sources = new CampaignSources(drawsOf(scenario.seed), new IdleCpu(run.idle), run.observations);
  const board = cellBoard({ planned: run, sources, campaignFor: (metric, path) => sources.behind(metric, path) });
  replay(board);
  const inputs = { run, board, metrics: metricsAsked(scenario) };
  const modes = run.modes.map((built) => modeSummary(inputs, built));
  const network = run.inspection === undefined ? {} : { inspection: run.inspection };
  const tried = run.conformance === undefined ? {} : { conformance: run.conformance };
  return { scenario, status: run.status, modes, ...network, ...tried, between: betweenModes(run, board, modes, confidence) };
}

function modeSummary(inputs: Inputs, built: BuiltMode): ModeSummary {
  if (built.status !== "built") return notBuilt(inputs, built, built.status);
  const all = apart([...cellsOf(inputs, built.mode), ...searchCells(inputs.run, built.mode)]);
  const [first] = all.cells;
  if (first?.reason !== undefined && all.cells.every((cell) => cell.status === "failed")) {
    return { mode: built.mode, status: "failed", reason: first.reason, ...layersOf(built), ...all };
  }
  const pods = all.cells.filter(({ path }) => !isBaseline(path));
  const silent = pods.find(({ status }) => status === "broken");
  if (silent !== undefined && pods.every(({ status }) => status === "broken" || status === "unsupported")) {
    return { mode: built.mode, status: "broken", reason: silent.reason ?? NO_REASON, ...layersOf(built), ...all };
  }
  const { rulesBackend } = built;
  return { mode: built.mode, status: "measured", ...layersOf(built), ...(rulesBackend === undefined ? {} : { rulesBackend }), ...all };
}

const NO_REASON = "no reason was recorded";

const layersOf = ({ layers }: BuiltMode): Pick<BuiltMode, "layers"> => (layers === undefined ? {} : { layers });

function notBuilt({ run, metrics }: Inputs, built: BuiltMode, status: "unsupported" | "failed"): ModeSummary {
  const { mode, reason } = built;
  const why = reason ?? NO_REASON;
  const paths = pathsOf(run, mode).filter((path) => !isBeside(run.comparisons, path));
  const inRounds = paths.flatMap((path) => metrics.map((metric) => cellWithout(metric, path, { status, reason: why })));
  return { mode, status, reason: why, ...layersOf(built), ...apart([...inRounds, ...searchCells(run, mode, { status, reason: why })]) };
}

/** A mode's cells, with those under conditions in a list of their own: most readers look for a metric and a path, and must not find two. */
function apart(all: readonly Cell[]): Pick<ModeSummary, "cells" | "underConditions"> {
  const underConditions = all.filter(({ condition }) => condition !== undefined);
  const cells = all.filter(({ condition }) => condition === undefined);
  return { cells, ...(underConditions.length === 0 ? {} : { underConditions }) };
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
