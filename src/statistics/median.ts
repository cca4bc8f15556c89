/**
 * The median and the scaled median absolute deviation.
 * @packageDocumentation
 */
import { orderStatistic, type Sample, type SortedSample, sampleOf, sorted } from "./sample.js";

/** The middle value; of an even number the mean of the two middle ones. */
export function medianOfSorted(sample: SortedSample): number {
  const half = sample.length >>> 1;
  if (sample.length % 2 === 1) return orderStatistic(sample, half + 1);
  const below = orderStatistic(sample, half);
  const above = orderStatistic(sample, half + 1);
  // Equal infinities have a middle, but no difference.
  return below === above ? below : below / 2 + above / 2;
}

/** The median of a sample in any order. */
export function median(sample: Sample): number {
  return medianOfSorted(sorted(sample));
}

/** The median, or undefined when there are no values. */
export function medianOf(values: readonly number[]): number | undefined {
  const sample = sampleOf(values);
  return sample === undefined ? undefined : median(sample);
}

/** Makes the median absolute deviation of normal noise equal to its standard deviation: 1 / Phi^-1(3/4). */
const NORMAL_SCALE = 1.482602218505602;

/** MADN: the spread of a sample, unmoved by a few wild values. The sample must be finite. */
export function scaledMedianAbsoluteDeviation(sample: Sample): number {
  const centre = median(sample);
  return NORMAL_SCALE * (medianOf(sample.map((value) => Math.abs(value - centre))) ?? 0);
}
