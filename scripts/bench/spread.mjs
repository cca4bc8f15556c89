/**
 * Small statistics of the benches, made of podwire's own.
 */
import { bootstrapInterval, resampling } from "../../dist/statistics/bootstrap.js";
import { regularisedIncompleteBeta, studentFactor } from "../../dist/statistics/distributions.js";
import { scaledMedianAbsoluteDeviation } from "../../dist/statistics/median.js";
import { autocorrelationFactor, estimateOf } from "../../dist/statistics/median-interval.js";
import { sampleOf, sorted } from "../../dist/statistics/sample.js";

/** @typedef {{ n: number, estimate: number, low: number, high: number }} MedianRatio on the log scale */

/** The median of log ratios in their order with its 95 % interval; undefined below three. @param {readonly number[]} inOrder @returns {MedianRatio | undefined} */
export function medianRatioOf(inOrder) {
  const estimate = estimateOf(inOrder, 0.95);
  if (estimate?.interval === undefined) return undefined;
  return { n: estimate.n, estimate: estimate.centre, low: estimate.interval.low, high: estimate.interval.high };
}

/**
 * Rounds that a 95 % interval of +-`precision` of the median would take: (1.96 x 1.2533 MADN f / precision)^2, f being the autocorrelation's factor.
 * Predicted from the spread rather than read from an interval, because the interval of a dozen rounds is itself a matter of luck.
 * @param {readonly number[]} inOrder log ratios @param {number} precision
 */
export function roundsTo(inOrder, precision) {
  const sample = sampleOf(inOrder.filter(Number.isFinite));
  if (sample === undefined) return Number.NaN;
  const factor = autocorrelationFactor(sample, sorted(sample));
  return ((1.96 * 1.2533 * scaledMedianAbsoluteDeviation(sample) * factor) / precision) ** 2;
}

/**
 * One side of a ratio of sums: for each unit that is resampled (a round, or a restart with all of its rounds) what both paths moved and for how long.
 * @typedef {{ above: number, aboveSeconds: number, below: number, belowSeconds: number }} Unit
 */

/** @param {readonly Unit[]} units @param {Uint8Array} counts @param {number} offset */
function logRatioOfSums(units, counts, offset) {
  let [above, aboveSeconds, below, belowSeconds] = [0, 0, 0, 0];
  for (const [index, unit] of units.entries()) {
    const times = counts[offset + index] ?? 0;
    above += times * unit.above;
    aboveSeconds += times * unit.aboveSeconds;
    below += times * unit.below;
    belowSeconds += times * unit.belowSeconds;
  }
  return Math.log(above / aboveSeconds) - Math.log(below / belowSeconds);
}

const RESAMPLES = 1_000;

/** ln(ratio of sums of the first set / that of the second), with its 95 % interval by resampling units of both. @param {readonly Unit[]} one @param {readonly Unit[]} other @param {number} seed @returns {MedianRatio | undefined} */
export function ratioOfSumRatios(one, other, seed) {
  if (one.length < 3 || other.length < 3) return undefined;
  const [drawsOne, drawsOther] = [resampling(one.length, seed, RESAMPLES), resampling(other.length, seed + 1, RESAMPLES)];
  const estimate =
    logRatioOfSums(one, new Uint8Array(one.length).fill(1), 0) - logRatioOfSums(other, new Uint8Array(other.length).fill(1), 0);
  const values = Float64Array.from(
    { length: RESAMPLES },
    (_, row) => logRatioOfSums(one, drawsOne.counts, row * one.length) - logRatioOfSums(other, drawsOther.counts, row * other.length),
  );
  const n = Math.min(one.length, other.length);
  const interval = bootstrapInterval(estimate, values, n, 0.95);
  return interval === undefined ? undefined : { n, estimate, low: interval.low, high: interval.high };
}

/** An interval on the log scale against 1 +- tolerance. @param {MedianRatio | undefined} interval @param {number} tolerance @returns {"within" | "beyond" | "open"} */
export function placeOf(interval, tolerance) {
  if (interval === undefined) return "open";
  const [bottom, top] = [Math.log1p(-tolerance), Math.log1p(tolerance)];
  if (interval.low >= bottom && interval.high <= top) return "within";
  return interval.high < bottom || interval.low > top ? "beyond" : "open";
}

/** `0.987 [0.981, 0.993]` of an interval on the log scale. @param {MedianRatio | undefined} interval */
export function ratioText(interval) {
  if (interval === undefined) return "-";
  const [at, low, high] = [interval.estimate, interval.low, interval.high].map((value) => Math.exp(value).toFixed(3));
  return `${at ?? ""} [${low ?? ""}, ${high ?? ""}]`;
}

/** The exact 95 % interval of a share (Clopper and Pearson 1934). @param {number} hits @param {number} of */
export function binomialInterval(hits, of) {
  const low = hits === 0 ? 0 : quantileOfBeta(0.025, hits, of - hits + 1);
  const high = hits === of ? 1 : quantileOfBeta(0.975, hits + 1, of - hits);
  return { low, high };
}

/** @param {number} p @param {number} a @param {number} b */
function quantileOfBeta(p, a, b) {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2;
    if (regularisedIncompleteBeta(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The 95 % interval of a share from its values by run (a cluster): mean +- t sd / sqrt(runs). @param {readonly number[]} shares */
export function clusteredInterval(shares) {
  const n = shares.length;
  const mean = shares.reduce((sum, share) => sum + share, 0) / n;
  const variance = shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / (n - 1);
  const reach = n < 2 ? Number.NaN : studentFactor(0.95, n - 1) * Math.sqrt(variance / n);
  return { low: Math.max(0, mean - reach), high: Math.min(1, mean + reach) };
}

/** @param {number} part */
export const percent = (part) => `${(100 * part).toFixed(1)} %`;

/** `19 of 20 (95.0 %)`. @param {number} hits @param {number} of */
export const shareText = (hits, of) => (of === 0 ? "0 of 0" : `${String(hits)} of ${String(of)} (${percent(hits / of)})`);
