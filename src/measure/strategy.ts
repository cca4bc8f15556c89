/**
 * How a workload is observed on a mode's path: by time slices where these are shown to be unbiased, else by trials.
 * @packageDocumentation
 */
import type { Metric, WorkloadName } from "../model/metric.js";
import type { Scenario } from "../model/scenario.js";
import { SLICEABLE, type SliceableWorkload } from "../probes/slices.js";

/** Modes whose slices are not trusted, with the reason. The proof is `npm run bench:slices`; docs/trust.md has its table. */
const UNPROVEN: Readonly<Record<string, string>> = {
  "flannel-udp": "its user-space proxy and the sender's full buffer drain for longer than a slice lasts",
};

/** Whether slices exist for a workload. */
export function isSliceable(workload: WorkloadName): workload is SliceableWorkload {
  return SLICEABLE.some((name) => name === workload);
}

/** Why a mode is observed by trials where others are observed by slices; undefined when slices are proven for it. */
export const whyNotSliced = (mode: string): string | undefined => UNPROVEN[mode];

/** Whether a workload is observed by slices on a mode's paths. */
export function isSliced(scenario: Scenario, workload: WorkloadName, mode: string): boolean {
  return scenario.strategy === "auto" && isSliceable(workload) && whyNotSliced(mode) === undefined;
}

/** Whether a metric's numbers come from slices on a mode's paths: percentiles need each request's time, which counters do not tell. */
export function comesFromSlices(scenario: Scenario, metric: Metric, mode: string): boolean {
  return metric.estimator.kind !== "percentile" && isSliced(scenario, metric.workload, mode);
}
