/**
 * Ratios to the bare host of everything that was measured to explain a variant, over the same rounds, and sums that follow from them.
 * @packageDocumentation
 */
import type { ExplainedRatio } from "../model/explanation.js";
import type { Estimated } from "../statistics/combine-intervals.js";
import { JointMedians, type MedianTerm } from "../statistics/joint-medians.js";
import { estimateOf } from "../statistics/median-interval.js";

/** Columns are lanes. */
export interface JointFigures {
  /** Rounds in which every lane has a figure. */
  readonly rounds: number;
  /** A lane's ratio to the host with its interval; undefined where rounds, or starts, are too few for one. */
  readonly ratio: (column: number, confidence: number) => ExplainedRatio | undefined;
  /** A sum of weight x ratio, its interval from what happened to all lanes together; undefined where a ratio has none. */
  readonly sum: (terms: readonly MedianTerm[], confidence: number) => Estimated | undefined;
  /**
   * The same of costs of a unit: the reciprocal of a rate, a time as it is. Undefined where a ratio has no interval, or a lane had a round in which nothing
   * moved, which has no cost of a unit.
   */
  readonly costs: (terms: readonly MedianTerm[], confidence: number) => Estimated | undefined;
}

/**
 * Of metrics that have a figure in each round: medians of in-round ratios.
 * @param columns - a lane's ratios in the order of rounds
 */
export function figuresOfRounds(columns: readonly (readonly number[])[], better: "higher" | "lower", seed: number): JointFigures {
  const medians = new JointMedians(columns, seed);
  const isStill = columns.some((column) => column.some((value) => value <= 0));
  const costs = isStill ? undefined : new JointMedians(columns, seed, better === "higher");
  return {
    rounds: columns[0]?.length ?? 0,
    ratio: (column, confidence) => ratioOf(columns[column] ?? [], confidence),
    sum: (terms, confidence) => medians.sum(terms, confidence),
    costs: (terms, confidence) => costs?.sum(terms, confidence),
  };
}

/** Not on the log scale, on which the median of an even number is another: effects must add up to the gap. */
function ratioOf(ratios: readonly number[], confidence: number): ExplainedRatio | undefined {
  const estimate = estimateOf(ratios, confidence);
  if (estimate?.interval === undefined) return undefined;
  return { median: estimate.centre, low: Math.max(0, estimate.interval.low), high: estimate.interval.high };
}
