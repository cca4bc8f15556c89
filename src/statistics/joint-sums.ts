/**
 * Weighted sums of ratios whose numbers come from the whole of the rounds: pooled percentiles, and ratios of sums. What happened in a round, or was drawn at a
 * start, happened to all of them, so their sums vary less than their intervals would say.
 * @packageDocumentation
 */
import { bootstrapInterval } from "./bootstrap.js";
import type { Estimated } from "./combine-intervals.js";
import { normalFactor } from "./distributions.js";
import type { MedianTerm } from "./joint-medians.js";
import { autocorrelationFactor } from "./median-interval.js";
import { sampleOf, sorted } from "./sample.js";
import { startsInterval } from "./starts-interval.js";

const weighted = (terms: readonly MedianTerm[], values: (column: number) => number): number =>
  terms.reduce((sum, { column, weight }) => sum + weight * values(column), 0);

/** Ratios of which each start of the load generators has its own. */
export interface StartRatios {
  /** By column, of everything together. */
  readonly whole: readonly number[];
  /** By start, then by column. */
  readonly starts: readonly (readonly number[])[];
  /** By column, what `whole` would be if what all starts share were larger by its standard error; absent where they share nothing that is estimated. */
  readonly shifted?: readonly number[];
}

/**
 * How far a start moves a sum by a ratio of its own: to first order on the log scale, as a ratio by itself has its interval from the starts' logarithms. Times
 * have long tails, and one start of ten times the others would widen the sum's interval to several hundred points. Simulated with five to
 * twenty starts, intervals of differences hold the truth in 95 to 98 % (without logarithms in 93 to 98 %), and the widest are a fifth to a tenth as wide. A cost that is nothing or less has no logarithm.
 */
const linearized = (whole: number, own: number): number => (whole > 0 && own > 0 ? whole * (1 + Math.log(own / whole)) : own);

/**
 * A sum with the interval that the starts' own sums give, as {@link startsInterval} does it for one ratio: rounds of one start are no units of their own.
 * @returns undefined below five starts
 */
export function sumOverStarts(
  { whole, starts, shifted }: StartRatios,
  terms: readonly MedianTerm[],
  confidence: number,
): Estimated | undefined {
  const estimate = weighted(terms, (column) => whole[column] ?? Number.NaN);
  const own = starts.map((ratios) => weighted(terms, (column) => linearized(whole[column] ?? Number.NaN, ratios[column] ?? Number.NaN)));
  const interval = startsInterval(estimate, own, confidence);
  if (interval === undefined) return undefined;
  const shared = shifted === undefined ? 0 : weighted(terms, (column) => (shifted[column] ?? Number.NaN) - (whole[column] ?? Number.NaN));
  const reach = Math.hypot(interval.high - estimate, normalFactor(confidence) * shared);
  return { estimate, low: estimate - reach, high: estimate + reach };
}

/** Ratios in rounds that were drawn anew, for all columns by the same draws. */
export interface DrawnRatios {
  readonly rounds: number;
  /** By column, of everything together. */
  readonly whole: readonly number[];
  /** By column: the ratio in each draw. */
  readonly drawn: readonly Float64Array[];
  /** By column: how far each round moves the ratio, to first order. */
  readonly deviations: readonly (readonly number[])[];
}

/** A sum with the interval of its draws, wider where neighbouring rounds are alike. */
export function sumOverDraws(
  { rounds, whole, drawn, deviations }: DrawnRatios,
  terms: readonly MedianTerm[],
  confidence: number,
): Estimated | undefined {
  const estimate = weighted(terms, (column) => whole[column] ?? Number.NaN);
  const draws = drawn[0]?.length ?? 0;
  const values = Float64Array.from({ length: draws }, (_, row) => weighted(terms, (column) => drawn[column]?.[row] ?? Number.NaN));
  const interval = bootstrapInterval(estimate, values, rounds, confidence);
  if (interval === undefined) return undefined;
  const inOrder = sampleOf(Array.from({ length: rounds }, (_, round) => weighted(terms, (column) => deviations[column]?.[round] ?? 0)));
  const factor = inOrder === undefined ? 1 : autocorrelationFactor(inOrder, sorted(inOrder));
  return { estimate, low: estimate - factor * (estimate - interval.low), high: estimate + factor * (interval.high - estimate) };
}
