/**
 * Whether a run drifted: its first half against its second.
 * @packageDocumentation
 */
import { type Estimated, sumOfIndependent } from "./combine-intervals.js";
import { medianOfSorted } from "./median.js";
import { sampleOf, sorted } from "./sample.js";
import { typicalInterval } from "./typical-interval.js";

/**
 * The log of (typical ratio of the first half / typical ratio of the second half) with its interval; undefined below six rounds.
 * Of an odd number the middle round belongs to neither half.
 * @param inOrder log ratios in round order
 */
export function firstAgainstSecondHalf(inOrder: readonly number[], confidence: number): Estimated | undefined {
  const half = inOrder.length >>> 1;
  const first = typical(inOrder.slice(0, half), confidence);
  const second = typical(inOrder.slice(inOrder.length - half), confidence);
  if (first === undefined || second === undefined) return undefined;
  return sumOfIndependent([
    { ...first, weight: 1 },
    { ...second, weight: -1 },
  ]);
}

function typical(values: readonly number[], confidence: number): Estimated | undefined {
  const sample = sampleOf(values);
  if (sample === undefined) return undefined;
  const ascending = sorted(sample);
  const interval = typicalInterval(sample, ascending, confidence);
  return interval === undefined ? undefined : { estimate: medianOfSorted(ascending), low: interval.low, high: interval.high };
}
