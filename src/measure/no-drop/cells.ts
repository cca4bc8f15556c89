/**
 * From the searches of a run to cells: one a mode, goal and frame size.
 * @packageDocumentation
 */

import type { Counts } from "../../model/delivery.js";
import { findSearchMetric, type SearchMetric } from "../../model/metric.js";
import type { GoalResult, NoDropSearch } from "../../model/no-drop.js";
import { type MeasuredPath, samePath, standsFor } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import type { Cell, CellRatio } from "../../model/summary.js";
import { type CensoredEstimate, type CensoredValue, estimateOfCensored } from "../../statistics/censored-median.js";
import { largestOf, smallestOf } from "../../statistics/extremes.js";
import { medianOf } from "../../statistics/median.js";
import { SINGLE_CONFIDENCE } from "../../statistics/planned-looks.js";
import { verdictOf } from "../../statistics/verdict.js";
import { cellWithout, identityOf } from "../cells/cell.js";
import { deliveryOf, type NoFigure } from "../cells/figure.js";

/**
 * The cells of a mode for every search metric that the run was asked for.
 * @param absent - what is said instead of a figure where the mode could not be built
 */
export function searchCells(run: Run, mode: string, absent?: NoFigure): Cell[] {
  // A Service has no device to which raw frames could be addressed.
  const forFrames = run.paths.filter(({ unsupportedWorkloads }) => unsupportedWorkloads?.["pps"] === undefined);
  const path = standsFor(mode, forFrames) ?? standsFor(mode, run.paths);
  if (path === undefined) return [];
  return run.scenario.metrics.flatMap((name) => {
    const metric = findSearchMetric(name);
    if (metric === undefined) return [];
    return absent === undefined ? searchCell(run, path, metric) : cellWithout(metric, path, absent);
  });
}

/** A search with its result for one goal. */
interface Found {
  readonly search: NoDropSearch;
  readonly result: GoalResult;
  /** Frames a second; undefined where the search gave none. */
  readonly rate: number | undefined;
  /** Whether the true rate may be larger, since nothing larger could be offered. */
  readonly bound: boolean;
}

function searchCell(run: Run, path: MeasuredPath, metric: SearchMetric): Cell {
  const searches = searchesOf(run, path, metric);
  const found = foundIn(searches, metric);
  const usable = found.filter((one) => one.rate !== undefined);
  const without = whyNone(run, searches, found);
  if (without !== undefined) return cellWithout(metric, path, without);
  const rates = usable.flatMap(({ rate }) => rate ?? []);
  const measured = {
    ...identityOf(metric, path),
    status: "measured" as const,
    n: usable.length,
    ...deliveryOf(countsOf(usable)),
  };
  const bounds = usable.filter(({ bound }) => bound);
  // As long as fewer than half are bounds from below, the median is one of the others.
  if (bounds.length * 2 >= usable.length) {
    const reason = bounds[0]?.result.reason ?? "generator-bound";
    const bound = { ...measured, median: smallestOf(rates), bound: "generator" as const };
    return { ...bound, ...comparedWithBaseline(run, path, metric, usable), reason };
  }
  return { ...measured, median: medianOf(rates) ?? 0, ...comparedWithBaseline(run, path, metric, usable) };
}

function searchesOf(run: Run, path: MeasuredPath, metric: SearchMetric): readonly NoDropSearch[] {
  return (run.searches ?? []).filter((search) => samePath(search, path) && search.frameSize === metric.frameSize);
}

function foundIn(searches: readonly NoDropSearch[], metric: SearchMetric): readonly Found[] {
  return searches.flatMap((search) => {
    const result = search.results.find((one) => one.metric === metric.goal);
    if (result === undefined) return [];
    const bound = result.stop === "max-load" || result.stop === "generator";
    return [{ search, result, bound, rate: bound || result.stop === "width" ? result.conditionalThroughput : undefined }];
  });
}

/** Why there is no figure; undefined where there is one. */
function whyNone(run: Run, searches: readonly NoDropSearch[], found: readonly Found[]): NoFigure | undefined {
  if (searches.length === 0) {
    return { status: "refused", reason: `not searched: ${run.partialReason ?? "the run ended before its first search"}` };
  }
  const unsupported = searches.find((search) => search.unsupported !== undefined)?.unsupported;
  if (unsupported !== undefined) return { status: "unsupported", reason: unsupported };
  const usable = found.filter(({ rate }) => rate !== undefined);
  if (usable.length * 2 > searches.length) return undefined;
  const [irregular] = found.filter(({ rate }) => rate === undefined);
  const error = searches.find((search) => search.error !== undefined)?.error;
  if (irregular === undefined) return { status: "failed", reason: error ?? "the searches have no result for this goal" };
  const share = `${String(searches.length - usable.length)} of ${String(searches.length)} searches found no rate`;
  return { status: "refused", reason: `${share}: ${irregularText(irregular.result)}` };
}

function irregularText(result: GoalResult): string {
  if (result.reason !== undefined) return result.reason;
  if (result.stop === "min-load") return `more than the goal allows is lost even at ${String(result.relevantUpper ?? 0)} frame/s`;
  const bounds = [result.relevantLower, result.relevantUpper].map((load) => (load === undefined ? "unknown" : String(load)));
  return `the search took too long; its bounds were ${bounds.join(" and ")} frame/s`;
}

/** Frames of the full-length trials at the lower bounds: what the figure rests on. */
function countsOf(usable: readonly Found[]): Counts | undefined {
  const trials = usable.flatMap(({ search, result }) => {
    const at = search.trials.filter((trial) => trial.purpose === "search" && trial.load === result.relevantLower && trial.short !== true);
    const longest = largestOf(at.map((trial) => trial.seconds));
    return at.filter((trial) => trial.seconds === longest);
  });
  if (trials.length === 0) return undefined;
  const sum = (count: "offered" | "forwarded" | "lost"): number => trials.reduce((total, trial) => total + trial[count], 0);
  return { offered: sum("offered"), forwarded: sum("forwarded"), lost: sum("lost") };
}

/**
 * The ratio to what the path is compared with, from searches of the same turn, or why there is none; nothing for a path that is compared with nothing. A
 * search that ended generator-bound counts as the limit that it is: left out, only the low rates of a fast path would be kept.
 */
function comparedWithBaseline(
  run: Run,
  path: MeasuredPath,
  metric: SearchMetric,
  usable: readonly Found[],
): Pick<Cell, "ratio" | "reason"> {
  const baseline = run.comparisons.find(({ numerator, decides }) => decides && samePath(numerator, path))?.denominator;
  if (baseline === undefined) return {};
  const hosts = foundIn(searchesOf(run, baseline, metric), metric);
  const ratios = usable.flatMap((found) => {
    const own = boundsOf([found]);
    const host = boundsOf(hosts.filter(({ search }) => search.turn === found.search.turn));
    return own === undefined || host === undefined ? [] : [{ low: own.low - host.high, high: own.high - host.low }];
  });
  const estimate = estimateOfCensored(ratios, SINGLE_CONFIDENCE);
  if (estimate === undefined) return { reason: "no ratio: no turn has a rate of the host and of the mode" };
  const ratio = ratioOf(estimate, run.scenario.margin.open);
  return ratio === undefined
    ? { reason: "no ratio: the rates of both are generator-bound, so that only their lower limits are known" }
    : { ratio };
}

/** Where the logarithm of a path's rate lies in one turn; of several searches the median's. Undefined without a rate. */
function boundsOf(found: readonly Found[]): CensoredValue | undefined {
  const searches = found.flatMap(({ rate, bound }) =>
    rate === undefined || rate === 0 ? [] : [{ low: rate, high: bound ? Number.POSITIVE_INFINITY : rate }],
  );
  const [low, high] = [medianOf(searches.map((one) => one.low)), medianOf(searches.map((one) => one.high))];
  return low === undefined || high === undefined ? undefined : { low: Math.log(low), high: Math.log(high) };
}

/** Undefined where nothing is known of the median on either side. */
function ratioOf({ centre, interval, n }: CensoredEstimate, margin: number): CellRatio | undefined {
  const limit = centre.high === Number.POSITIVE_INFINITY ? "at-least" : centre.low === Number.NEGATIVE_INFINITY ? "at-most" : undefined;
  const median = limit === "at-most" ? centre.high : centre.low;
  if (!Number.isFinite(median)) return undefined;
  return {
    baseline: "host",
    median: Math.exp(median),
    low: limitOf(interval?.low),
    high: limitOf(interval?.high),
    verdict: verdictOf(interval, { margin, better: "higher" }),
    margin,
    n,
    method: interval?.method ?? "none",
    ...(interval === undefined ? {} : { confidence: interval.confidence }),
    ...(limit === undefined ? {} : { limit }),
  };
}

const limitOf = (logarithm: number | undefined): number | null =>
  logarithm === undefined || !Number.isFinite(logarithm) ? null : Math.exp(logarithm);
