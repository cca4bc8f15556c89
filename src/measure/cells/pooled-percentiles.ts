/**
 * Percentiles of the samples of many rounds together, and of each start of the load generators.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import type { Distribution } from "../../model/histogram.js";
import type { Observation } from "../../model/run.js";
import { mergeHistograms } from "../../statistics/histogram.js";
import { countOf, percentileOf } from "../../statistics/kaplan-meier.js";

/** A percentile over everything, on the log scale. */
export interface PooledPercentile {
  readonly logarithm: number;
  /** Whether it is only a lower limit: too few samples were followed so far before their observations ended. */
  readonly limit: boolean;
  readonly samples: number;
  /** By start: the logarithm of its own percentile; a limit where it was not reached. */
  readonly starts: ReadonlyMap<number, number>;
}

/** Behind samples that were cut off, so many must still be followed when a percentile is reached. Fewer make it a matter of luck. */
const FEWEST_FOLLOWED = 5;

/** The percentile of these observations' samples; undefined when there are none. */
export function pooledPercentile(observations: readonly Observation[], p: number): PooledPercentile | undefined {
  const pooled = distributionOf(observations);
  const percentile = percentileOf(pooled, p);
  if (percentile === undefined) return undefined;
  const { value, reached, followed } = percentile;
  const starts = [...byStart(observations)].flatMap(([start, own]) => {
    const its = percentileOf(distributionOf(own), p);
    return its === undefined ? [] : [[start, Math.log(its.value)] as const];
  });
  return {
    logarithm: Math.log(value),
    limit: !reached || (pooled.censored.length > 0 && followed < FEWEST_FOLLOWED),
    samples: countOf(pooled),
    starts: new Map(starts),
  };
}

function distributionOf(observations: readonly Observation[]): Required<Distribution> {
  return {
    completed: mergeHistograms(observations.map(({ histogram = [] }) => histogram)),
    censored: mergeHistograms(observations.map(({ censored = [] }) => censored)),
  };
}

/** Where each observation starts its tool, each round is a start of its own. */
const byStart = (observations: readonly Observation[]): ReadonlyMap<number, readonly Observation[]> =>
  groupBy(observations, ({ restart, round }) => restart ?? round);
