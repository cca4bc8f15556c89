/**
 * Modes against each other, directly inside rounds: the host's noise, which both share, does not come in.
 * @packageDocumentation
 */
import type { LogRatio } from "../../model/comparison.js";
import type { Metric } from "../../model/metric.js";
import type { Scenario } from "../../model/scenario.js";
import type { Summary } from "../../model/summary.js";
import { SINGLE_CONFIDENCE } from "../../statistics/planned-looks.js";
import { HOST_PATH, type MeasuredPath } from "./campaign-record.js";
import { type CellBoard, metricsAsked } from "./cell-board.js";
import { PairedCell } from "./paired-cell.js";

/** A function that compares two modes by every metric that both have measured. */
export function betweenModes(
  scenario: Scenario,
  board: CellBoard,
  modes: Summary["modes"],
): (mode: string, other: string) => ReadonlyMap<string, LogRatio> {
  const measured = new Map(modes.map(({ mode, cells }) => [mode, measuredMetrics(pathOf(mode), cells)]));
  const known = new Map<string, ReadonlyMap<string, LogRatio>>();
  return (mode, other) => {
    const key = `${mode} ${other}`;
    const ratios =
      known.get(key) ??
      new Map(
        metricsAsked(scenario)
          .filter(({ name }) => measured.get(mode)?.has(name) === true && measured.get(other)?.has(name) === true)
          .flatMap((metric) => {
            const ratio = compare(board, metric, [pathOf(mode), pathOf(other)]);
            return ratio === undefined ? [] : [[metric.name, ratio] as const];
          }),
      );
    known.set(key, ratios);
    return ratios;
  };
}

function pathOf(mode: string): MeasuredPath {
  return mode === HOST_PATH.mode ? HOST_PATH : { mode, path: "pod-pod" };
}

function measuredMetrics({ path }: MeasuredPath, cells: Summary["modes"][number]["cells"]): ReadonlySet<string> {
  return new Set(cells.filter((cell) => cell.path === path && cell.status === "measured").map((cell) => cell.metric));
}

/** All rounds that both have, as a single look: the moment of stopping was chosen for other numbers than this one. */
function compare(
  { sources }: CellBoard,
  metric: Metric,
  [numerator, denominator]: readonly [MeasuredPath, MeasuredPath],
): LogRatio | undefined {
  const source = sources.of(sources.behind(metric, numerator, denominator));
  const cell = new PairedCell({ ...source, metric, numerator, denominator });
  for (const round of source.record.rounds()) cell.see(round);
  const estimate = cell.estimate(SINGLE_CONFIDENCE);
  if (estimate.kind !== "estimated" || estimate.interval === undefined) return undefined;
  const { low, high } = estimate.interval;
  return { estimate: estimate.centre, low, high };
}
