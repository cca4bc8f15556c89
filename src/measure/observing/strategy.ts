/**
 * How a workload is observed on a mode's path: by time slices where these are shown to be unbiased, else by trials.
 * @packageDocumentation
 */
import { type CampaignKey, campaignKey, toolWay } from "../../model/campaign.js";
import type { Comparison } from "../../model/comparison.js";
import type { Metric, WorkloadName } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Scenario } from "../../model/scenario.js";
import { modeOfVariant } from "../../model/variant.js";
import { SLICEABLE, type SliceableWorkload } from "../../probes/slices.js";

/** A mode, or a workload of it, whose slices are not trusted. */
interface Unproven {
  /** Absent for every mode. */
  readonly mode?: string;
  /** Absent for all of them. */
  readonly workloads?: readonly SliceableWorkload[];
  readonly reason: string;
}

/** `npm run bench:slices` has not been run on it. */
const NO_PROOF = "not proven yet: slices over trials have not been measured on it";

/** What is observed by trials although it could be observed by slices. The proof is `npm run bench:slices`; docs/trust.md has its table. */
const UNPROVEN: readonly Unproven[] = [
  {
    workloads: ["http"],
    reason: "not proven yet: with connection tracking at rest slices over trials are not known to 5 % on any of six modes",
  },
  {
    workloads: ["http-keepalive"],
    reason:
      "over kept connections modes gain on the host in the course of a slice, 2.5 % from its first half to its second, and twice the settling time does not cure it",
  },
  {
    workloads: ["tcp8"],
    reason: "not proven yet: with a settling time of 20 ms slices over trials are not known to 5 % on four of ten modes",
  },
  { mode: "flannel-udp", reason: "its user-space proxy and the sender's full buffer drain for longer than a slice lasts" },
  { mode: "ebpf-routed", reason: NO_PROOF },
  { mode: "ebpf-vxlan", reason: NO_PROOF },
  { mode: "unknown", reason: "of a network that is not known no proof can be known either" },
];

/** Whether slices exist for a workload. */
export function isSliceable(workload: WorkloadName): workload is SliceableWorkload {
  return SLICEABLE.some((name) => name === workload);
}

/** iperf3 sends what its mean rate since its start still allows, so that after a pause it floods until it has caught up. */
const CATCHES_UP = "a generator that is held to a rate makes up for the time in which it was suspended";

/** Why a mode is observed by trials where others are observed by slices; undefined when slices are proven for it. */
function whyNotSliced(scenario: Scenario, workload: SliceableWorkload, { mode }: MeasuredPath): string | undefined {
  if (scenario.maxRate !== undefined) return CATCHES_UP;
  const known = modeOfVariant(mode);
  return UNPROVEN.find((one) => (one.mode ?? known) === known && (one.workloads?.includes(workload) ?? true))?.reason;
}

/** A workload that is not sliced where it could be. */
export interface Unsliced {
  readonly workload: SliceableWorkload;
  /** What the comparisons are called: modes in the lab, paths in a cluster. */
  readonly on: string[];
  readonly reason: string;
}

/** What of a scenario is observed by trials for want of a proof; nothing where trials were asked for. */
export function unslicedOf(scenario: Scenario, comparisons: readonly Comparison[]): Unsliced[] {
  if (scenario.strategy !== "auto") return [];
  return scenario.workloads.filter(isSliceable).flatMap((workload) => {
    const byReason = new Map<string, string[]>();
    for (const { numerator, label } of comparisons) {
      const reason = whyNotSliced(scenario, workload, numerator);
      if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), label]);
    }
    return [...byReason].map(([reason, on]) => ({ workload, on, reason }));
  });
}

/** Whether a workload is observed by slices on a mode's paths. */
export function isSliced(scenario: Scenario, workload: WorkloadName, path: MeasuredPath): boolean {
  return scenario.strategy === "auto" && isSliceable(workload) && whyNotSliced(scenario, workload, path) === undefined;
}

/** The campaign that is to measure a metric of a path: percentiles need each request's time, which counters do not tell. */
export function campaignFor(scenario: Scenario, { workload, estimator }: Metric, path: MeasuredPath): CampaignKey {
  const sliced = estimator.kind !== "percentile" && isSliced(scenario, workload, path);
  return campaignKey(workload, sliced ? "slice" : toolWay(workload));
}
