/**
 * Two runs compared: what is different around them, what became better or worse, and whether gates hold.
 * @packageDocumentation
 */
import { METRICS, type Metric } from "../model/metric.js";
import { networkMode } from "../model/network-mode.js";
import type { PathName } from "../model/path.js";
import { COMPARISON_SCHEMA, type ComparedCell, type RunComparison, type RunRef } from "../model/run-comparison.js";
import { verdictOf } from "../statistics/verdict.js";
import { ratioOfRatios } from "./change.js";
import { differencesOf } from "./environments.js";
import type { Gate } from "./gate.js";
import { judgeGate, requireAsked, type Undecided } from "./gate-verdicts.js";
import { hasServices, isMeasured, type MeasuredSide, modesAsked, pathsAsked, type SummarisedRun, sideOf } from "./sides.js";

/**
 * Compares B with A. Ratios to each run's own host are compared, never absolute figures: the same thing moved by up to a third within minutes.
 * @throws GateError when a gate is about something that a run was not asked to measure
 */
export function compareRuns(a: SummarisedRun, b: SummarisedRun, gates: readonly Gate[], undecided: Undecided): RunComparison {
  requireAsked(gates, a, b);
  const results = gates.map((gate) => judgeGate(gate, a, b, undecided));
  return {
    schema: COMPARISON_SCHEMA,
    a: refOf(a),
    b: refOf(b),
    warnings: warningsOf(a, b),
    differences: [...differencesOf(a.run, b.run)],
    cells: cellsOf(a, b),
    gates: results,
    outcome: results.some(({ outcome }) => outcome === "failed") ? "failed" : "passed",
  };
}

/** Which run it was, for a comparison. */
export function refOf({ file, run }: SummarisedRun): RunRef {
  const { podwire, startedAt, endedAt, status, partialReason } = run;
  return { file, podwire, startedAt, endedAt, status, ...(partialReason === undefined ? {} : { partialReason }) };
}

function warningsOf(a: SummarisedRun, b: SummarisedRun): string[] {
  const warnings: string[] = [];
  if (isSameRun(a, b)) warnings.push("A and B are the same run: every difference is none.");
  for (const [side, { run }] of [["A", a] as const, ["B", b] as const]) {
    if (run.status === "partial") warnings.push(`${side} is a partial run: ${run.partialReason ?? "it ended early"}.`);
  }
  if (b.run.startedAt < a.run.startedAt) warnings.push("B was measured before A. The first file is what the second one is compared with.");
  const [one, other] = [a.run.scenario, b.run.scenario];
  if (one.venue === "cluster" && other.venue === "cluster") {
    const [was, is] = [networkMode(a.run), networkMode(b.run)];
    if (was !== is) warnings.push(`The cluster's mode was ${was} in A and is ${is} in B; paths are lined up by their names.`);
    if (one.maxRate !== other.maxRate)
      warnings.push("The generators of A and B were held to different rates, so their ratios answer different questions.");
  }
  if (one.venue === "lab" && other.venue === "lab" && (one.linkBitsPerSecond !== other.linkBitsPerSecond || one.mtu !== other.mtu)) {
    warnings.push("The links of A and B differ in rate or MTU, so their ratios answer different questions.");
  }
  return warnings;
}

/** A run is identified by when it ran and by its seed; a copy may have been masked or written anew. */
function isSameRun({ run: a }: SummarisedRun, { run: b }: SummarisedRun): boolean {
  return a.startedAt === b.startedAt && a.endedAt === b.endedAt && a.scenario.seed === b.scenario.seed;
}

/** Every cell that either run was asked for: modes as B lists them, metrics in table order. */
function cellsOf(a: SummarisedRun, b: SummarisedRun): ComparedCell[] {
  const inClusters = [a, b].every(({ run }) => run.scenario.venue === "cluster");
  const modes = inClusters ? modesAsked(b) : union(modesAsked(b), modesAsked(a));
  const asked = union(b.run.scenario.metrics, a.run.scenario.metrics);
  const metrics = METRICS.filter(({ name }) => asked.includes(name));
  const paths = union(pathsAsked(b), pathsAsked(a));
  return modes
    .flatMap((mode) => paths.flatMap((path) => metrics.map((metric) => cellOf(a, b, mode, path, metric))))
    .filter((cell) => cell.a.status !== "not-asked" || cell.b.status !== "not-asked")
    .filter((cell) => inClusters || cell.path !== "pod-service" || [a, b].some((side) => hasServices(side, cell.mode)));
}

function union<Item>(one: readonly Item[], other: readonly Item[]): readonly Item[] {
  return [...new Set([...one, ...other])];
}

function cellOf(a: SummarisedRun, b: SummarisedRun, mode: string, path: PathName, metric: Metric): ComparedCell {
  const name = { mode, path, metric: metric.name };
  const sides = { a: sideOf(a, name), b: sideOf(b, name) };
  const cell = { ...name, better: metric.better, ...sides };
  if (!isMeasured(sides.a) || !isMeasured(sides.b)) return cell;
  return { ...cell, ...changeOf(sides.a, sides.b, metric) };
}

function changeOf(a: MeasuredSide, b: MeasuredSide, metric: Metric): Pick<ComparedCell, "change" | "reason"> {
  const change = ratioOfRatios(a.ratio, b.ratio);
  if (change === undefined) return { reason: "nothing moved in one of them, so the two have no ratio" };
  const { margin } = b.ratio;
  const { median, low, high } = change;
  const interval = low === null || high === null ? undefined : { low: Math.log(low), high: Math.log(high) };
  return { change: { median, low, high, verdict: verdictOf(interval, { margin, better: metric.better }), margin } };
}
