/**
 * Modes against each other, directly inside rounds: the host's noise, which both share, does not come in.
 * @packageDocumentation
 */
import type { LogRatio } from "../../model/comparison.js";
import type { Metric } from "../../model/metric.js";
import type { Scenario } from "../../model/scenario.js";
import type { Summary } from "../../model/summary.js";
import { SINGLE_CONFIDENCE } from "../../statistics/planned-looks.js";
import { slicesBehind } from "../observing/strategy.js";
import { type CellBoard, metricsAsked } from "./cell-board.js";
import { PairedCell } from "./paired-cell.js";
import { HOST_PATH, type MeasuredPath } from "./workload-record.js";

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

/** All rounds that both have, in one sight: the moment of stopping was chosen for other numbers than this one. */
function compare(board: CellBoard, metric: Metric, [numerator, denominator]: readonly [MeasuredPath, MeasuredPath]): LogRatio | undefined {
  const own = board.get(metric.workload);
  if (own === undefined) return undefined;
  const sliced = [numerator, denominator].every((path) => slicesBehind(metric, own.record.of(path)));
  const cell = new PairedCell({ record: own.record, pooled: own.pooled, metric, sliced, numerator, denominator });
  for (const round of own.record.rounds()) cell.see(round);
  const estimate = cell.estimate(SINGLE_CONFIDENCE);
  if (estimate.kind !== "estimated" || estimate.interval === undefined) return undefined;
  const { low, high } = estimate.interval;
  return { estimate: estimate.centre, low, high };
}
