/**
 * Modes against each other, directly inside rounds: the host's noise, which both share, does not come in.
 * @packageDocumentation
 */
import type { LogRatio, MeasuredRun } from "../../model/adviser.js";
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import type { Summary } from "../../model/summary.js";
import { SINGLE_CONFIDENCE } from "../../statistics/planned-looks.js";
import { type CellBoard, metricsAsked } from "./cell-board.js";
import { PairedCell } from "./paired-cell.js";

/** A function that compares two modes by every metric that both have measured, on the path that stands for each. */
export function betweenModes(run: Run, board: CellBoard, modes: Summary["modes"]): MeasuredRun["between"] {
  const metrics = metricsAsked(run.scenario);
  const standing = new Map(modes.map((mode) => [mode.mode, standingPath(run, mode)]));
  const known = new Map<string, ReadonlyMap<string, LogRatio>>();
  return (mode, other) => {
    const key = `${mode} ${other}`;
    const both = [standing.get(mode), standing.get(other)] as const;
    const ratios = known.get(key) ?? new Map(metrics.flatMap((metric) => compare(board, metric, both)));
    known.set(key, ratios);
    return ratios;
  };
}

/** A path with the metrics that it has measured. */
interface Standing {
  readonly path: MeasuredPath;
  readonly measured: ReadonlySet<string>;
}

/** The first path of a mode stands for it. */
function standingPath({ paths }: Run, { mode, cells }: Summary["modes"][number]): Standing | undefined {
  const path = paths.find((one) => one.mode === mode);
  if (path === undefined) return undefined;
  return { path, measured: new Set(cells.flatMap((cell) => (cell.path === path.path && cell.status === "measured" ? [cell.metric] : []))) };
}

/** All rounds that both have, as a single look: the moment of stopping was chosen for other numbers than this one. */
function compare(
  { sources }: CellBoard,
  metric: Metric,
  [one, other]: readonly [Standing | undefined, Standing | undefined],
): (readonly [string, LogRatio])[] {
  if (one?.measured.has(metric.name) !== true || other?.measured.has(metric.name) !== true) return [];
  const [numerator, denominator] = [one.path, other.path];
  const source = sources.of(sources.behind(metric, numerator, denominator));
  const cell = new PairedCell({ ...source, metric, numerator, denominator });
  for (const round of source.record.rounds()) cell.see(round);
  const estimate = cell.estimate(SINGLE_CONFIDENCE);
  if (estimate.kind !== "estimated" || estimate.interval === undefined) return [];
  const { low, high } = estimate.interval;
  return [[metric.name, { estimate: estimate.centre, low, high }]];
}
