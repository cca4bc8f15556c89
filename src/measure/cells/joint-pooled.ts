/**
 * Ratios of several paths to one, of metrics that only the whole of the rounds yields, and sums of them with intervals of their own.
 * @packageDocumentation
 */
import { toolWay } from "../../model/campaign.js";
import { groupBy } from "../../model/grouped.js";
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { type Resampling, resampling } from "../../statistics/bootstrap.js";
import type { Estimated } from "../../statistics/combine-intervals.js";
import type { MedianTerm } from "../../statistics/joint-medians.js";
import { type DrawnRatios, type StartRatios, sumOverDraws, sumOverStarts } from "../../statistics/joint-sums.js";
import { FEWEST_FOR_INTERVAL } from "../../statistics/median-interval.js";
import { addedUp, costOf, deviationsOf, type Spent, spentIn, whyNoCost } from "./cpu-cost.js";
import type { IdleCpu, IdleRate } from "./idle-cpu.js";
import { samplesRequired, tooFewSentence } from "./paired-cell.js";
import { resampledCost } from "./pooled.js";
import { pooledPercentile } from "./pooled-percentiles.js";

/** What one path showed, in the order of rounds. */
export interface PathRounds {
  readonly path: MeasuredPath;
  /** At least one round; each has at least one observation that can be used. */
  readonly rounds: readonly (readonly Observation[])[];
}

/** The ratio of each path to the first one. */
export interface JointRatios {
  readonly rounds: number;
  readonly sum: (terms: readonly MedianTerm[], confidence: number) => Estimated | undefined;
}

/** Why a path has no number of its own; undefined where it has one. */
export function whyNotPooled({ estimator, workload }: Metric, { path, rounds }: PathRounds, idle: IdleCpu): string | undefined {
  if (estimator.kind === "percentile") return whyNoPercentile(rounds.flat(), estimator.p);
  const refused = whyNoCost(workload);
  if (refused !== undefined) return refused;
  const rate = idle.rateOf(path);
  if (rate !== undefined && "unknown" in rate) return rate.unknown;
  const cost = costOf(spentIn(rounds.flat()), rate);
  return "refused" in cost ? cost.refused : undefined;
}

function whyNoPercentile(observations: readonly Observation[], p: number): string | undefined {
  const pooled = pooledPercentile(observations, p);
  const required = samplesRequired(p);
  if (pooled === undefined || pooled.samples < required) return tooFewSentence(pooled?.samples ?? 0, required);
  return pooled.limit ? "round trips outlasted their bursts: only a lower limit is known" : undefined;
}

/**
 * The ratios of paths to a host over the same rounds.
 * @param paths - each of which {@link whyNotPooled} says nothing against
 */
export function jointRatios(metric: Metric, host: PathRounds, paths: readonly PathRounds[], idle: IdleCpu, seed: number): JointRatios {
  const rounds = host.rounds.length;
  const all = [host, ...paths];
  if (metric.estimator.kind === "percentile") {
    const ratios = percentileRatios(all, metric.estimator.p);
    return { rounds, sum: (terms, confidence) => sumOverStarts(ratios, terms, confidence) };
  }
  // Clients that stay for a few bursts: what was drawn at a start is in all of them.
  if (toolWay(metric.workload) === "burst") {
    const ratios = costRatiosByStart(all, idle);
    return { rounds, sum: (terms, confidence) => sumOverStarts(ratios, terms, confidence) };
  }
  const ratios = costRatiosByDraw(all, idle, resampling(rounds, seed));
  return { rounds, sum: (terms, confidence) => (rounds < FEWEST_FOR_INTERVAL ? undefined : sumOverDraws(ratios, terms, confidence)) };
}

/** The first path's number is what the others' are held against. */
const toFirst = ([first = Number.NaN, ...others]: readonly number[]): readonly number[] => others.map((one) => one / first);

function percentileRatios(all: readonly PathRounds[], p: number): StartRatios {
  const pooled = all.map(({ rounds }) => pooledPercentile(rounds.flat(), p));
  const starts = [...(pooled[0]?.starts.keys() ?? [])].filter((start) => pooled.every((one) => one?.starts.has(start) === true));
  const numbers = (of: (one: NonNullable<(typeof pooled)[number]>) => number): readonly number[] =>
    toFirst(pooled.map((one) => (one === undefined ? Number.NaN : Math.exp(of(one)))));
  return {
    whole: numbers(({ logarithm }) => logarithm),
    starts: starts.map((start) => numbers((one) => one.starts.get(start) ?? Number.NaN)),
  };
}

function costRatiosByStart(all: readonly PathRounds[], idle: IdleCpu): StartRatios {
  const rates = all.map(({ path }) => rateOf(path, idle));
  const byStart = all.map(({ rounds }) => groupBy(rounds.flat(), ({ restart, round }) => restart ?? round));
  const starts = [...(byStart[0]?.keys() ?? [])].filter((start) => byStart.every((one) => one.has(start)));
  const costs = (spent: (column: number) => Spent, errors: number): readonly number[] =>
    toFirst(rates.map((rate, column) => netCost(spent(column), rate, errors)));
  const whole = (column: number): Spent => spentIn(all[column]?.rounds.flat() ?? []);
  return {
    whole: costs(whole, 0),
    starts: starts.map((start) => costs((column) => spentIn(byStart[column]?.get(start) ?? []), 0)),
    // All paths of a lab are on the same machine, and share what is not known of its idle rate.
    shifted: costs(whole, 1),
  };
}

function costRatiosByDraw(all: readonly PathRounds[], idle: IdleCpu, draws: Resampling): DrawnRatios {
  const costs = all.map(({ path, rounds }) => {
    const rate = rateOf(path, idle);
    const each = rounds.map(spentIn);
    const cost = netCost(addedUp(each), rate, 0);
    return { cost, logarithms: resampledCost(each, cost, rate, draws), deviations: deviationsOf(each, rate) };
  });
  const [host, ...others] = costs;
  const whole = toFirst(costs.map(({ cost }) => cost));
  return {
    rounds: draws.n,
    whole,
    drawn: others.map(({ logarithms }) => logarithms.map((value, row) => Math.exp(value - (host?.logarithms[row] ?? Number.NaN)))),
    deviations: others.map(({ deviations }, column) =>
      deviations.map((deviation, round) => (whole[column] ?? Number.NaN) * (deviation - (host?.deviations[round] ?? Number.NaN))),
    ),
  };
}

function rateOf(path: MeasuredPath, idle: IdleCpu): IdleRate | undefined {
  const rate = idle.rateOf(path);
  return rate !== undefined && "unknown" in rate ? undefined : rate;
}

/** CPU seconds for each unit of work, with an idle rate that is larger by some standard errors. */
const netCost = ({ busy, elapsed, work }: Spent, rate: IdleRate | undefined, errors: number): number =>
  (busy - ((rate?.busy ?? 0) + errors * (rate?.error ?? 0)) * elapsed) / work;
