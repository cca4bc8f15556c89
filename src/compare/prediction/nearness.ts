/**
 * How far a cluster's ratio is from the lab's, in points of the host's figure.
 * @packageDocumentation
 */
import { type Answer, NEAR, type PredictedCell } from "../../model/prediction.js";
import type { HostRatio } from "../../model/run-comparison.js";
import { type Estimated, sumOfIndependent } from "../../statistics/combine-intervals.js";

/** A difference of two ratios with its limits. */
export type Difference = NonNullable<PredictedCell["difference"]>;

/** The cluster's ratio less the lab's. The runs are independent, so distances to their limits add in squares. */
export function differenceOf(lab: HostRatio, cluster: HostRatio): Difference {
  const [one, other] = [estimated(lab), estimated(cluster)];
  const median = cluster.median - lab.median;
  if (one === undefined || other === undefined) return { median, low: null, high: null };
  const { low, high } = sumOfIndependent([
    { ...other, weight: 1 },
    { ...one, weight: -1 },
  ]);
  return { median, low, high };
}

const estimated = ({ median, low, high }: HostRatio): Estimated | undefined =>
  low === null || high === null ? undefined : { estimate: median, low, high };

/** Whether the difference is at most ten points either way. */
export function nearness({ median, low, high }: Difference): Answer {
  // Rounding in the last digit must not turn 0.6 - 0.5 into more than ten points.
  const within = (value: number): boolean => Math.abs(value) <= NEAR + 1e-9;
  if (low === null || high === null) return "undecided";
  if (within(low) && within(high)) return "yes";
  const beyond = (low > NEAR && high > NEAR) || (low < -NEAR && high < -NEAR);
  return beyond && !within(median) ? "no" : "undecided";
}
