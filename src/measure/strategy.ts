/**
 * How a workload is observed on a mode's path: by time slices where these are shown to be unbiased, else by trials.
 * @packageDocumentation
 */
import type { Metric, WorkloadName } from "../model/metric.js";
import type { Scenario } from "../model/scenario.js";
import { SLICEABLE, type SliceableWorkload } from "../probes/slices.js";
import { maxRateOf } from "./cap.js";

/** A mode, or a workload of it, whose slices are not trusted. */
interface Unproven {
  /** Absent for every venue. */
  readonly venue?: Scenario["venue"];
  readonly mode: string;
  /** Absent for all of them. */
  readonly workloads?: readonly SliceableWorkload[];
  readonly reason: string;
}

/** What is observed by trials although it could be observed by slices. The proof is `npm run bench:slices`; docs/trust.md has its table. */
const UNPROVEN: readonly Unproven[] = [
  { mode: "flannel-udp", reason: "its user-space proxy and the sender's full buffer drain for longer than a slice lasts" },
  { venue: "cluster", mode: "unknown", reason: "of a network that is not known no proof can be known either" },
];

/** Whether slices exist for a workload. */
export function isSliceable(workload: WorkloadName): workload is SliceableWorkload {
  return SLICEABLE.some((name) => name === workload);
}

/** iperf3 sends what its mean rate since its start still allows, so that after a pause it floods until it has caught up. */
const CATCHES_UP = "a generator that is held to a rate makes up for the time in which it was suspended";

/** Why a mode is observed by trials where others are observed by slices; undefined when slices are proven for it. */
function whyNotSliced(scenario: Scenario, workload: SliceableWorkload, mode: string): string | undefined {
  if (maxRateOf(scenario) !== undefined) return CATCHES_UP;
  return UNPROVEN.find(
    (one) => one.mode === mode && (one.venue ?? scenario.venue) === scenario.venue && (one.workloads?.includes(workload) ?? true),
  )?.reason;
}

/** Whether a workload is observed by slices on a mode's paths. */
export function isSliced(scenario: Scenario, workload: WorkloadName, mode: string): boolean {
  return scenario.strategy === "auto" && isSliceable(workload) && whyNotSliced(scenario, workload, mode) === undefined;
}

/** Whether a metric's numbers come from slices on a mode's paths: percentiles need each request's time, which counters do not tell. */
export function comesFromSlices(scenario: Scenario, metric: Metric, mode: string): boolean {
  return metric.estimator.kind !== "percentile" && isSliced(scenario, metric.workload, mode);
}
