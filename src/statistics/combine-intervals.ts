/**
 * The interval of a weighted sum from the intervals of its terms.
 * @packageDocumentation
 */

/** An estimate with its interval, all on the same scale. */
export interface Estimated {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** The ratio whose logarithm this is, with its limits. */
export const ratioOfLog = ({
  estimate,
  low,
  high,
}: Estimated): { readonly median: number; readonly low: number; readonly high: number } => ({
  median: Math.exp(estimate),
  low: Math.exp(low),
  high: Math.exp(high),
});

/**
 * Sum of weight x estimate over independent terms, with its interval by MOVER (Zou and Donner 2008): distances to the limits add in squares, each on
 * its own side, so that skewed intervals stay skewed. A negative weight swaps the sides.
 */
export function sumOfIndependent(terms: readonly (Estimated & { readonly weight: number })[]): Estimated {
  return combined(terms, (distances) => Math.hypot(...distances));
}

/** The same for terms that may depend on each other in any way: distances simply add, which is never too narrow. */
export function sumOfDependent(terms: readonly (Estimated & { readonly weight: number })[]): Estimated {
  return combined(terms, (distances) => distances.reduce((sum, distance) => sum + distance, 0));
}

function combined(terms: readonly (Estimated & { readonly weight: number })[], add: (distances: number[]) => number): Estimated {
  const estimate = terms.reduce((sum, term) => sum + term.weight * term.estimate, 0);
  const below = terms.map(({ weight, estimate: own, low, high }) => (weight >= 0 ? weight * (own - low) : weight * (own - high)));
  const above = terms.map(({ weight, estimate: own, low, high }) => (weight >= 0 ? weight * (high - own) : weight * (low - own)));
  return { estimate, low: estimate - add(below), high: estimate + add(above) };
}
