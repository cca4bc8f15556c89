/**
 * The interval of a ratio from repeats that were not taken in turns.
 * @packageDocumentation
 */
import { studentFactor } from "../../statistics/distributions.js";

/** Fewest outputs of each side. */
export const FEWEST_OUTPUTS = 3;
const CONFIDENCE = 0.95;

/** A ratio's limits. */
export interface RatioLimits {
  readonly low: number;
  readonly high: number;
}

/**
 * Welch's interval of the difference of mean logarithms (Welch 1947), as limits of the ratio `ours / theirs`, stretched where needed to hold the
 * ratio of medians that is printed beside it. It knows the spread within each side and nothing of what changed between them.
 * Undefined below three outputs a side, where one of them is not positive, and where all of a side are equal: these are copies of one output, or
 * rounded too far to show what they differ by.
 */
export function unpairedInterval(ours: readonly number[], theirs: readonly number[], ratio: number): RatioLimits | undefined {
  if (![ours, theirs].every(showsSpread)) return undefined;
  const [a, b] = [moments(ours), moments(theirs)];
  const error = Math.sqrt(a.ofMean + b.ofMean);
  const freedom = (a.ofMean + b.ofMean) ** 2 / (a.ofMean ** 2 / (ours.length - 1) + b.ofMean ** 2 / (theirs.length - 1));
  const reach = studentFactor(CONFIDENCE, Math.max(1, freedom)) * error;
  const centre = a.mean - b.mean;
  return { low: Math.min(Math.exp(centre - reach), ratio), high: Math.max(Math.exp(centre + reach), ratio) };
}

/** Equal values are looked for as such: rounding gives them a variance that is not quite 0. */
const showsSpread = (values: readonly number[]): boolean =>
  values.length >= FEWEST_OUTPUTS && values.every((value) => value > 0) && new Set(values.map(Math.log)).size > 1;

/** Mean of the logarithms, and the variance of that mean. */
function moments(values: readonly number[]): { readonly mean: number; readonly ofMean: number } {
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  return { mean, ofMean: variance / logs.length };
}
