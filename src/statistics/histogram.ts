/**
 * Histograms with three significant digits: made, merged and read.
 * @packageDocumentation
 */
import type { Histogram } from "../model/histogram.js";

const SIGNIFICANT_DIGITS = 3;

/** Distribution of values >= 0, each rounded to three significant digits. */
export function histogramOf(values: Iterable<number>): Histogram {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (!Number.isFinite(value) || value < 0) throw new RangeError(`a histogram holds finite values from 0 up, not ${String(value)}`);
    addCount(counts, Number(value.toPrecision(SIGNIFICANT_DIGITS)), 1);
  }
  return inOrder(counts);
}

/** All values of several histograms in one. */
export function mergeHistograms(histograms: readonly Histogram[]): Histogram {
  const [only, ...others] = histograms;
  if (only !== undefined && others.length === 0) return only;
  const counts = new Map<number, number>();
  for (const histogram of histograms) for (const [value, count] of histogram) addCount(counts, value, count);
  return inOrder(counts);
}

/** Where the values lie that were rounded to `value`. */
export function binOf(value: number): { readonly low: number; readonly high: number } {
  return { low: value - stepBelow(value) / 2, high: value + stepAbove(value) / 2 };
}

/** Distance to the next larger value of three significant digits. */
function stepAbove(value: number): number {
  return value > 0 ? 10 ** (exponentOf(value) - (SIGNIFICANT_DIGITS - 1)) : 0;
}

/** Distance to the next smaller one: a tenth at a power of ten, where the digits move on. */
function stepBelow(value: number): number {
  const step = stepAbove(value);
  return value === 10 ** exponentOf(value) ? step / 10 : step;
}

function exponentOf(value: number): number {
  // toExponential, unlike log10, is exact at powers of ten.
  return Number(value.toExponential().split("e")[1]);
}

function addCount(counts: Map<number, number>, value: number, count: number): void {
  counts.set(value, (counts.get(value) ?? 0) + count);
}

function inOrder(counts: ReadonlyMap<number, number>): Histogram {
  return [...counts].sort(([one], [other]) => one - other);
}
