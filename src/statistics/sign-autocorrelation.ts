/**
 * How much neighbouring rounds resemble each other, and what that costs in certainty.
 * @packageDocumentation
 */
import { medianOfSorted } from "./median.js";
import type { Sample, SortedSample } from "./sample.js";

/**
 * The factor by which the median's interval has to grow because neighbours are alike: sqrt(1 + 2 max(0, r1 + r2)).
 * r is the autocorrelation of the signs around the median, which alone decides how many values fall on each side of it, and which heavy tails cannot disturb.
 */
export function autocorrelationFactor(inOrder: Sample, sorted: SortedSample): number {
  const centre = medianOfSorted(sorted);
  let beforeLast = 0;
  let last = 0;
  let products1 = 0;
  let products2 = 0;
  let squares = 0;
  for (const value of inOrder) {
    const sign = value > centre ? 1 : value < centre ? -1 : 0;
    products1 += sign * last;
    products2 += sign * beforeLast;
    squares += sign * sign;
    beforeLast = last;
    last = sign;
  }
  if (squares === 0) return 1;
  return Math.sqrt(1 + 2 * Math.max(0, (products1 + products2) / squares));
}
