/**
 * A campaign observes one workload in one way. It is what observations, rounds and figures are kept by: two ways of observing the same thing differ by
 * what they leave out (a trial holds its tool's start, a slice does not), so no figure is made of both.
 * @packageDocumentation
 */
import type { WorkloadName } from "./metric.js";

/** How a path is observed: one run of a tool from start to end, a burst of a client that stays, or a time slice of a generator that stays. */
export const WAYS = ["slice", "burst", "trial"] as const;
/** One of {@link WAYS}. */
export type Way = (typeof WAYS)[number];

/** A campaign's key, e.g. `pps/slice`. */
export type CampaignKey = `${WorkloadName}/${Way}`;

/** The key of a workload that is observed in one way. */
export const campaignKey = (workload: WorkloadName, how: Way): CampaignKey => `${workload}/${how}`;

/** How a workload's own tool observes: sockperf's clients stay, since their start takes seconds; every other tool is started for each trial. */
export const toolWay = (workload: WorkloadName): Exclude<Way, "slice"> =>
  workload === "latency.udp" || workload === "latency.tcp" ? "burst" : "trial";

/** The campaign that an observation belongs to. Runs from before slices existed do not say how they observed: each workload had its tool's way only. */
export const campaignOf = ({ workload, how }: { readonly workload: WorkloadName; readonly how?: Way | undefined }): CampaignKey =>
  campaignKey(workload, how ?? toolWay(workload));

/** How a campaign observes. */
export const wayOf = (campaign: CampaignKey): Way => campaign.slice(campaign.indexOf("/") + 1) as Way;
