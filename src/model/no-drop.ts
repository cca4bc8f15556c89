/**
 * No-drop searches: what is looked for, on which frames, and everything that one search saw (RFC 9971, MLRsearch).
 * They are no part of the rounds: a search visits one path alone for a minute or more.
 * @packageDocumentation
 */
import { z } from "zod";
import { PATH_NAMES } from "./path.js";

/** Frames that a search sends; numbers are octets of the whole Ethernet frame with its check sequence, `imix` is a mix of three. */
export const FRAME_SIZES = ["64", "512", "1280", "1518", "imix"] as const;
/** One of {@link FRAME_SIZES}. */
export type FrameSize = (typeof FRAME_SIZES)[number];

/** The size whose cells are called plainly `ndr` and `pdr`. */
export const DEFAULT_FRAME_SIZE: FrameSize = "64";

/** What is searched: no loss at all, or half a percent of it. */
export const LOSS_METRICS = ["ndr", "pdr"] as const;
/** One of {@link LOSS_METRICS}. */
export type LossMetric = (typeof LOSS_METRICS)[number];

/** A search goal (RFC 9971, section "Search Goal"), the same for every path of a run. */
export const lossGoalSchema = z.object({
  metric: z.enum(LOSS_METRICS),
  /** A trial that loses a larger share of its frames is high-loss. 0 <= ratio < 1. */
  lossRatio: z.number().min(0).lt(1),
  /** Seconds that a trial must last to prove a lower bound. */
  finalTrialSeconds: z.number().positive(),
  /** Seconds of full-length trials after which a load is classified for certain. */
  durationSumSeconds: z.number().positive(),
  /** Share of trial time that may be high-loss at a lower bound. 0 <= ratio < 1. */
  exceedRatio: z.number().min(0).lt(1),
  /** Distance of the bounds, relative to the upper one, at which the search ends. */
  width: z.number().positive().lt(1),
});
/** One goal of a search. */
export type LossGoal = z.infer<typeof lossGoalSchema>;

/** What is asked of the searches of a run. */
export const noDropPlanSchema = z.object({
  goals: z.array(lossGoalSchema).min(1),
  frameSizes: z.array(z.enum(FRAME_SIZES)).min(1),
  /** Searches of each path; the host's and the modes' take turns. */
  searches: z.number().int().positive(),
});
/** What is asked of the searches of a run. */
export type NoDropPlan = z.infer<typeof noDropPlanSchema>;

/** What a trial was for: finding how much the generator can offer, the stability pre-test, or the search itself. */
export const TRIAL_PURPOSES = ["flood", "stability", "search"] as const;

const noDropTrialSchema = z.object({
  purpose: z.enum(TRIAL_PURPOSES),
  /** Frames a second that were asked for; at a flood what was offered. */
  load: z.number().nonnegative(),
  /** Seconds that frames were asked to be sent for. */
  seconds: z.number().positive(),
  /** Frames a second that the sending device was handed while the generator ran. */
  offeredPerSecond: z.number().nonnegative(),
  /** Frames from rest to rest: handed to the sending device, counted by the arrival device, and the difference. */
  offered: z.number().int().nonnegative(),
  forwarded: z.number().int().nonnegative(),
  lost: z.number().int().nonnegative(),
  /** Seconds from the start of the searches to the start of the trial. A resumed run begins to count anew. */
  startedAt: z.number(),
  /** Seconds from the end of sending until the counters were at rest. */
  drained: z.number().nonnegative(),
  /** True when the generator fell short of the load and little was lost, so that the trial says nothing about the load. */
  short: z.boolean().optional(),
});
/** One trial of a search. */
export type NoDropTrial = z.infer<typeof noDropTrialSchema>;

/**
 * Why a goal's search ended. `width`: the bounds are close enough, a regular result. The others are irregular (RFC 9971, section
 * "Irregular Goal Result"): `max-load`: the largest load the generator offers is a lower bound; `min-load`: even the smallest
 * load is an upper bound; `unstable`: the pre-test refused; `time`: the search took too long; `generator`: between the bounds the
 * generator fell short again and again.
 */
export const STOP_REASONS = ["width", "max-load", "min-load", "unstable", "time", "generator"] as const;

const goalResultSchema = z.object({
  metric: z.enum(LOSS_METRICS),
  stop: z.enum(STOP_REASONS),
  /** What lies behind the stop, in a sentence, where the bounds alone do not tell. */
  reason: z.string().optional(),
  /** Frames a second. The largest load below the upper bound that is a lower bound; at `max-load` the largest of all. Absent where there is none. */
  relevantLower: z.number().optional(),
  /** Frames a second. The smallest load that is an upper bound. */
  relevantUpper: z.number().optional(),
  /** Frames a second that a typical full-length trial at the lower bound forwarded (RFC 9971, appendix "Conditional Throughput Code"). */
  conditionalThroughput: z.number().optional(),
});
/** What a search found for one goal. */
export type GoalResult = z.infer<typeof goalResultSchema>;

/** One search of one path. */
export const noDropSearchSchema = z.object({
  mode: z.string(),
  path: z.enum(PATH_NAMES),
  frameSize: z.enum(FRAME_SIZES),
  /** Searches of one frame size with the same number belong together: ratios are taken among them. Counted from 0. */
  turn: z.number().int().nonnegative(),
  /** Seconds from the start of the searches to the start of this one, and how long it took. A resumed run begins to count anew. */
  startedAt: z.number(),
  elapsed: z.number().nonnegative(),
  /** The receiving device whose frames go to other CPUs than the generator's, as `NAMESPACE DEVICE`, and the mask of these CPUs. */
  steering: z.object({ device: z.string(), cpus: z.string(), generatorCpu: z.number().int() }).optional(),
  /** Frames a second: the smallest and the largest load that the search might use. */
  minLoad: z.number().optional(),
  maxLoad: z.number().optional(),
  trials: z.array(noDropTrialSchema),
  /** One entry a goal of the plan, in its order; empty when `error` is set. */
  results: z.array(goalResultSchema),
  /** Why the path cannot be searched on this machine. */
  unsupported: z.string().optional(),
  /** Why the search failed. */
  error: z.string().optional(),
});
/** One search as it stands in a run file. */
export type NoDropSearch = z.infer<typeof noDropSearchSchema>;
