/**
 * Pairs: what two paths showed of a metric in the same round.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { medianOf } from "../../statistics/median.js";
import type { CampaignRecord } from "./campaign-record.js";

/** What a round says about a pair of paths. */
export type RoundPair =
  /** One of them was not visited: it had left, or the round was cut short. Says nothing. */
  | { readonly kind: "absent" }
  /** Both were visited, and one gave no number. Counts against the cell. */
  | { readonly kind: "lost"; readonly reason: string }
  | {
      readonly kind: "paired";
      readonly numerator: readonly Observation[];
      readonly denominator: readonly Observation[];
      /** {@link logRatioOf} them; absent for metrics whose numbers only the whole of the rounds yields. */
      readonly logRatio?: number;
    };

/** Which round of which metric. */
export interface MetricRound {
  readonly record: CampaignRecord;
  readonly round: number;
  readonly metric: Metric;
}

/** Pairs two paths in a round. The host may be visited several times a round: those of its observations that have a number are its side of the pair. */
export function pairRound({ record, round, metric }: MetricRound, numerator: MeasuredPath, denominator: MeasuredPath): RoundPair {
  const above = record.inRound(round, numerator);
  const below = record.inRound(round, denominator);
  if (above.length === 0 || below.length === 0) return { kind: "absent" };
  const usableAbove = above.filter((observation) => whyUnusable(metric, observation) === undefined);
  if (usableAbove.length === 0) return { kind: "lost", reason: firstReason(metric, above) };
  const usableBelow = below.filter((observation) => whyUnusable(metric, observation) === undefined);
  if (usableBelow.length === 0) return { kind: "lost", reason: `${denominator.mode} ${denominator.path}: ${firstReason(metric, below)}` };
  const pair = { kind: "paired", numerator: usableAbove, denominator: usableBelow } as const;
  if (metric.estimator.kind !== "value") return pair;
  const logRatio = logRatioOf(metric.name, usableAbove, usableBelow);
  if (logRatio !== undefined) return { ...pair, logRatio };
  return { kind: "lost", reason: `${denominator.mode} ${denominator.path}: nothing moved, so there is nothing to compare with` };
}

/**
 * ln(median of one side / median of the other) of a metric inside a round: -Infinity where the first moved nothing. Undefined where the other moved
 * nothing, or a side has no number.
 */
export function logRatioOf(metric: string, above: readonly Observation[], below: readonly Observation[]): number | undefined {
  const numerator = medianValue(metric, above);
  const denominator = medianValue(metric, below);
  if (numerator === undefined || denominator === undefined || denominator === 0) return undefined;
  return Math.log(numerator) - Math.log(denominator);
}

/** Why an observation has no number for a metric, or undefined when it has one. Nothing moved is a number: 0. */
export function whyUnusable(metric: Metric, observation: Observation): string | undefined {
  if (observation.error !== undefined) return observation.error;
  if (metric.estimator.kind !== "value") return undefined;
  const value = observation.values[metric.name];
  if (value === undefined || !Number.isFinite(value) || value < 0) return `no ${metric.name} was reported`;
  // A rate of 0 is an outcome; a time of 0 is a clock that failed.
  return metric.better === "lower" && value === 0 ? `${metric.name} was reported as 0 ${metric.unit}` : undefined;
}

function firstReason(metric: Metric, observations: readonly Observation[]): string {
  for (const observation of observations) {
    const reason = whyUnusable(metric, observation);
    if (reason !== undefined) return reason;
  }
  return `no ${metric.name} was reported`;
}

function medianValue(metric: string, observations: readonly Observation[]): number | undefined {
  return medianOf(observations.flatMap(({ values: { [metric]: value } }) => value ?? []));
}
