/**
 * CPU profiles: what CPUs did while paths were loaded, by layer and by stack, as a run file has it; and the table that reports make of it.
 * @packageDocumentation
 */
import { z } from "zod";
import { WORKLOADS } from "./metric.js";
import { measuredPathSchema } from "./path.js";

const layerTimeSchema = z.object({
  /** Nanoseconds of CPU time that were spent in the layer itself. */
  self: z.number().nonnegative(),
  /** Those, and what was spent in what it called. */
  inclusive: z.number().nonnegative(),
});

const lookSchema = z.object({
  ...measuredPathSchema.shape,
  /** Rounds of the profile, from 0. Every other one is not profiled, which shows what profiling costs. */
  round: z.number().int().nonnegative(),
  profiled: z.boolean(),
  /** Seconds for which the load was counted. */
  seconds: z.number().positive(),
  /** Work done, in the unit of the workload's CPU metric, e.g. thousand requests. */
  work: z.number().positive(),
  /** Packets that the kernels of both ends received. */
  packets: z.number().nonnegative(),
  /** Samples that were taken, idle ones included; 0 where nothing was profiled. */
  samples: z.number().int().nonnegative(),
  /** By layer; empty where nothing was profiled. */
  layers: z.record(z.string(), layerTimeSchema),
});
/** One look at one path: how much was done meanwhile, and where the CPUs were. */
export type ProfileLook = z.infer<typeof lookSchema>;

const stackTreeSchema = z.object({
  ...measuredPathSchema.shape,
  /** Thousand requests, GB, ...: the work that the stacks' time was spent on. */
  work: z.number().positive(),
  /** The place of what called it in this list (-1: nothing), the place of its name in `functions`, nanoseconds spent in itself. Callers come first. */
  nodes: z.array(z.tuple([z.number().int().min(-1), z.number().int().nonnegative(), z.number().nonnegative()])),
});
/** The stacks of one path as a tree. */
export type StackTree = z.infer<typeof stackTreeSchema>;

/** Schema of {@link Profile}. */
export const profileSchema = z.object({
  /** What a sample was taken at: a tick of CPU time, as software counts it. */
  event: z.literal("cpu-clock"),
  /** Samples a second and CPU. */
  hertz: z.number().positive(),
  workload: z.enum(WORKLOADS),
  looks: z.array(lookSchema),
  /** Names of functions and of programs. */
  functions: z.array(z.string()),
  /** Idle time and other programs are left out. */
  stacks: z.array(stackTreeSchema),
});
/** A profile: looks at paths in rounds, and their stacks. */
export type Profile = z.infer<typeof profileSchema>;

/** Schema of {@link NoProfile}. */
export const noProfileSchema = z.object({
  workload: z.enum(WORKLOADS),
  /** Why there is none, with what would change that, in a sentence. */
  unprofiled: z.string(),
});
/** A profile that could not be made. */
export type NoProfile = z.infer<typeof noProfileSchema>;

const estimateSchema = z.object({
  value: z.number(),
  /** 95 % interval; null below three profiled rounds. */
  low: z.number().nullable(),
  high: z.number().nullable(),
});
/** A figure with its interval. */
export type Estimate = z.infer<typeof estimateSchema>;

const besideSchema = z.object({
  host: estimateSchema,
  variant: estimateSchema,
  /** The variant's less the host's. */
  difference: estimateSchema,
});
/** CPU time for each piece of work, of a variant beside the host. */
export type Beside = z.infer<typeof besideSchema>;

const costSchema = besideSchema.extend({
  /** The same for each packet, in microseconds. */
  perPacket: besideSchema,
});
/** What something costs for each piece of work and for each packet. */
export type Cost = z.infer<typeof costSchema>;

const layerCostSchema = costSchema.extend({
  layer: z.string(),
  /** The variant's, with all that the layer calls. */
  inclusive: z.number(),
});
/** What one layer costs. */
export type LayerCost = z.infer<typeof layerCostSchema>;

const ownCostSchema = z.object({
  ...measuredPathSchema.shape,
  /** The rate while profiled over the rate while not: 0.97 is 3 % slower. */
  ratio: estimateSchema,
  /** Pairs of a round with and a round without. */
  pairs: z.number().int().positive(),
});
/** How the rate of a path changes while it is profiled. */
export type OwnCost = z.infer<typeof ownCostSchema>;

/** What a witness says of a layer: it costs, it saves, or neither can be told from nothing. `blind`: there is nothing of it that could be seen. */
export const TESTIMONIES = ["costs", "saves", "unclear", "blind"] as const;
/** One of {@link TESTIMONIES}. */
export type Testimony = (typeof TESTIMONIES)[number];

/** Whether two witnesses agree on a layer. */
export const AGREEMENTS = ["agree", "disagree", "only the waterfall", "only the profile", "neither"] as const;
/** One of {@link AGREEMENTS}. */
export type Agreement = (typeof AGREEMENTS)[number];

const witnessedSchema = z.object({
  /** Names of the waterfall's layers; none where it has no step for it. */
  layers: z.array(z.string()),
  /** The profile's layers; none where it has no functions. */
  profiled: z.array(z.string()),
  /** The sum of the steps' points, with limits that hold whatever the steps have to do with each other; absent where there is no step. */
  waterfall: z.object({ points: z.number(), low: z.number(), high: z.number(), says: z.enum(TESTIMONIES) }).optional(),
  /** The sum of the layers' differences; absent where none was seen. */
  profile: z.object({ difference: estimateSchema.optional(), says: z.enum(TESTIMONIES) }),
  agreement: z.enum(AGREEMENTS),
});
/** Both witnesses, waterfall and profile, on one layer, or on several that one of them cannot tell apart. */
export type Witnessed = z.infer<typeof witnessedSchema>;

/** Schema of {@link ProfileTable}. */
export const profileTableSchema = z.object({
  workload: z.enum(WORKLOADS),
  /** Of all costs but those of packets: `us/request`, `us/MB`, `us/frame`. */
  unit: z.string(),
  host: measuredPathSchema,
  variant: measuredPathSchema,
  /** Profiled rounds. */
  rounds: z.number().int().positive(),
  /** Samples of both in them, idle ones included. */
  samples: z.number().int().nonnegative(),
  hertz: z.number().positive(),
  /** All layers together. */
  total: costSchema,
  /** CPU time of other programs over that of all that is not idle, while the variant was loaded; neither is part of a layer. */
  othersShare: z.number().min(0).max(1),
  /** The largest difference first. */
  layers: z.array(layerCostSchema),
  ownCosts: z.array(ownCostSchema),
  /** Empty where the waterfall has no figures. */
  witnesses: z.array(witnessedSchema),
});
/** What a profile says of a variant beside the host. */
export type ProfileTable = z.infer<typeof profileTableSchema>;
