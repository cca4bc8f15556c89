/**
 * One number for many metrics: the geometric mean of ratios, costs and times inverted.
 * @packageDocumentation
 */
import type { LogRatio } from "../model/adviser.js";
import { findMetric } from "../model/metric.js";
import { type Estimated, sumOfDependent, sumOfIndependent } from "../statistics/combine-intervals.js";

/** Questions that a network is judged by. They weigh alike, so that nine percentiles of latency do not outvote one packet rate. */
const FAMILIES: readonly { readonly name: string; readonly holds: (metric: string) => boolean }[] = [
  { name: "CPU cost", holds: (metric) => metric.endsWith(".cpu") },
  { name: "latency", holds: (metric) => metric.startsWith("latency.") },
  { name: "http", holds: (metric) => metric.startsWith("http") },
  { name: "packets", holds: (metric) => metric === "pps" },
  { name: "throughput", holds: () => true },
];

/** By metric: families share 1 equally, and the metrics of a family share its part equally. */
export function weightsOf(metrics: readonly string[]): Readonly<Record<string, number>> {
  const familyOf = (metric: string): string => FAMILIES.find((family) => family.holds(metric))?.name ?? "";
  const families = new Map<string, number>();
  for (const metric of metrics) families.set(familyOf(metric), (families.get(familyOf(metric)) ?? 0) + 1);
  return Object.fromEntries(metrics.map((metric) => [metric, 1 / families.size / (families.get(familyOf(metric)) ?? 1)]));
}

/** A ratio below a thousandth counts as one: the logarithm of 0 would make every other metric meaningless. */
const FLOOR = Math.log(0.001);

/**
 * The logarithm of the weighted geometric mean with its 95 % interval; undefined without any ratio. Above 0 is better.
 * Metrics of different workloads come from different rounds, so their distances to the limits add in squares; those of one workload come from the
 * same observations and may lean the same way, so theirs simply add.
 */
export function scoreOf(ratios: ReadonlyMap<string, LogRatio>): Estimated | undefined {
  if (ratios.size === 0) return undefined;
  const weights = weightsOf([...ratios.keys()]);
  const byWorkload = new Map<string, (Estimated & { readonly weight: number })[]>();
  for (const [name, ratio] of ratios) {
    const metric = findMetric(name);
    const direction = metric?.better === "lower" ? -1 : 1;
    const term = { ...floored(ratio), weight: direction * (weights[name] ?? 0) };
    const key = metric?.workload ?? name;
    byWorkload.set(key, [...(byWorkload.get(key) ?? []), term]);
  }
  return sumOfIndependent([...byWorkload.values()].map((terms) => ({ ...sumOfDependent(terms), weight: 1 })));
}

function floored({ estimate, low, high }: LogRatio): Estimated {
  return { estimate: Math.max(FLOOR, estimate), low: Math.max(FLOOR, low), high: Math.max(FLOOR, high) };
}

/** The margin of a score: that of its metrics, by their weights. */
export function marginOfScore(metrics: readonly string[], marginOf: (metric: string) => number): number {
  return Object.entries(weightsOf(metrics)).reduce((sum, [metric, weight]) => sum + weight * marginOf(metric), 0);
}
