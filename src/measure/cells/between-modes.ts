/**
 * Modes against each other, directly inside rounds: the host's noise, which both share, does not come in.
 * @packageDocumentation
 */
import type { LogRatio, MeasuredRun } from "../../model/adviser.js";
import type { Metric } from "../../model/metric.js";
import { isBaseline, type MeasuredPath, type PathName } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import type { Summary } from "../../model/summary.js";
import { SINGLE_CONFIDENCE } from "../../statistics/planned-looks.js";
import { type CellBoard, metricsAsked } from "./cell-board.js";
import { PairedCell } from "./paired-cell.js";

/**
 * A function that compares two modes by every metric that both have measured, on the path that stands for each.
 * @param confidence - of each interval
 */
export function betweenModes(
  run: Run,
  board: CellBoard,
  modes: Summary["modes"],
  confidence: number = SINGLE_CONFIDENCE,
): MeasuredRun["between"] {
  const metrics = metricsAsked(run.scenario);
  const standing = new Map(modes.map((mode) => [mode.mode, standingOf(run, mode)]));
  const known = new Map<string, ReadonlyMap<string, LogRatio>>();
  return (mode, other) => {
    const key = `${mode} ${other}`;
    const both = [standing.get(mode), standing.get(other)] as const;
    const ratios = known.get(key) ?? new Map(metrics.flatMap((metric) => compare(board, metric, both, confidence)));
    known.set(key, ratios);
    return ratios;
  };
}

/** By metric: the path that stands for a mode in it. */
type Standing = ReadonlyMap<string, MeasuredPath>;

/** The first of a mode's paths, as they were built, that carries a metric stands for it there, where it was measured. */
function standingOf({ paths }: Run, { mode, cells }: Summary["modes"][number]): Standing {
  const own = paths.filter((one) => one.mode === mode && one.condition === undefined);
  const metrics = [...new Set(cells.map(({ metric }) => metric))];
  return new Map(
    metrics.flatMap((metric) => {
      const statusOn = (path: PathName): string | undefined => cells.find((cell) => cell.metric === metric && cell.path === path)?.status;
      // A mode's own nodes stand for nothing but the bare host.
      const [first] = own.filter(({ path }, index) => (index === 0 || !isBaseline(path)) && statusOn(path) !== "unsupported");
      return first !== undefined && statusOn(first.path) === "measured" ? [[metric, first] as const] : [];
    }),
  );
}

/** All rounds that both have, as a single look: the moment of stopping was chosen for other numbers than this one. */
function compare(
  { sources }: CellBoard,
  metric: Metric,
  [one, other]: readonly [Standing | undefined, Standing | undefined],
  confidence: number,
): (readonly [string, LogRatio])[] {
  const [numerator, denominator] = [one?.get(metric.name), other?.get(metric.name)];
  if (numerator === undefined || denominator === undefined) return [];
  const source = sources.of(sources.behind(metric, numerator, denominator));
  const cell = new PairedCell({ ...source, metric, numerator, denominator });
  for (const round of source.record.rounds()) cell.see(round);
  const estimate = cell.estimate(confidence);
  if (estimate.kind !== "estimated" || estimate.interval === undefined) return [];
  const { low, high } = estimate.interval;
  return [[metric.name, { estimate: estimate.centre, low, high }]];
}
