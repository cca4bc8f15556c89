/**
 * Whether a run drifted: its first half against its second.
 * @packageDocumentation
 */
import { type Estimated, sumOfIndependent } from "./combine-intervals.js";
import { estimateOf } from "./median-interval.js";

/**
 * The log of (median ratio of the first half / median ratio of the second half) with its interval; undefined below six rounds.
 * Of an odd number the middle round belongs to neither half.
 * @param inOrder log ratios in round order
 */
export function firstAgainstSecondHalf(inOrder: readonly number[], confidence: number): Estimated | undefined {
  const half = inOrder.length >>> 1;
  const first = estimateOf(inOrder.slice(0, half), confidence);
  const second = estimateOf(inOrder.slice(inOrder.length - half), confidence);
  if (first?.interval === undefined || second?.interval === undefined) return undefined;
  return sumOfIndependent([
    { estimate: first.centre, ...first.interval, weight: 1 },
    { estimate: second.centre, ...second.interval, weight: -1 },
  ]);
}
