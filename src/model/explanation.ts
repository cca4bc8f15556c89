/**
 * Where a loss comes from: what was put up to find out, as a run file has it, and what came of it, as `explain --json` prints it.
 * @packageDocumentation
 */
import { z } from "zod";
import { PATH_NAMES } from "./path.js";
import { noProfileSchema, profileTableSchema } from "./profile.js";

/** Schema name and version of an explanation. */
export const EXPLANATION_SCHEMA = "podwire/explanation@1";

/** Schema of {@link Ladder}. */
export const ladderSchema = z.object({
  /** What is explained, by its canonical name. */
  variant: z.string(),
  /** The path that stands for it. */
  path: z.enum(PATH_NAMES),
  /** From the bare host to the variant, one layer a rung; the last one is the variant built once more. */
  rungs: z
    .array(
      z.object({
        layer: z.string(),
        /** What the layer is in this variant. */
        title: z.string(),
        /** The lane that has the layers up to here, by its mode's name in the run. */
        mode: z.string(),
        path: z.enum(PATH_NAMES),
      }),
    )
    .min(1),
  /** The variant without a layer and those that need it. */
  without: z.array(z.object({ layers: z.array(z.string()).min(1), mode: z.string() })),
});
/** What is measured to explain a variant. A run that has one is an explanation. */
export type Ladder = z.infer<typeof ladderSchema>;

const pointsShape = {
  /** Percent of the host's figure: of a rate a loss is negative, of a time it is positive. */
  points: z.number(),
  /** 95 % interval. */
  low: z.number(),
  high: z.number(),
};
const pointsSchema = z.object(pointsShape);
/** An effect with its interval, in percent of the host's figure. */
export type Points = z.infer<typeof pointsSchema>;

const effectSchema = z.object({
  /** The layer; several that could not be told apart are joined by `+`. */
  layer: z.string(),
  layers: z.array(z.string()).min(1),
  /** What they are in this variant. */
  title: z.string(),
  ...pointsShape,
});
/** What one layer costs, or several that could not be told apart. */
export type Effect = z.infer<typeof effectSchema>;

const ratioShape = { median: z.number(), low: z.number(), high: z.number() };
const ratioSchema = z.object(ratioShape);
/** A ratio to the host with its 95 % interval. */
export type ExplainedRatio = z.infer<typeof ratioSchema>;

const takenAwaySchema = z.object({
  /** The layer that was taken away, and those that cannot be without it. */
  layers: z.array(z.string()).min(1),
  /** The variant less what is left without them. */
  ...pointsShape,
  /** Cost of a unit (the reciprocal of a rate, a time itself) in percent of the host's: as the layers are put on, and as they are taken away. */
  costPutOn: z.number(),
  costTakenAway: z.number(),
  /** The second less the first, with its interval; what is not 0 beyond noise is an interaction with other layers. */
  interaction: pointsSchema.extend({ beyondNoise: z.boolean() }),
});
/** What taking a layer away gives back. */
export type TakenAwayEffect = z.infer<typeof takenAwaySchema>;

const metricSchema = z.object({
  metric: z.string(),
  better: z.enum(["higher", "lower"]),
  /** The variant's own. */
  ratio: ratioSchema,
  /** Rounds in which every lane has a figure. */
  rounds: z.number().int().positive(),
  /** They and the unexplained part add up to the gap, 100 x (ratio - 1). A layer whose effect is smaller than its own half-width stands with the next one. */
  effects: z.array(effectSchema),
  /** The variant's own lane less the last rung's, which is built alike. */
  unexplained: pointsSchema,
  /** Every rung by itself, small as its effect may be, with its own ratio to the host. */
  rungs: z.array(effectSchema.extend({ ratio: ratioSchema })),
  takenAway: z.array(takenAwaySchema),
});
/** The waterfall of one metric. */
export type ExplainedMetric = z.infer<typeof metricSchema>;

const cheaperSchema = z.object({
  /** What can be saved. */
  layers: z.array(z.string()).min(1),
  /** The variant that does without. */
  instead: z.string(),
  /** What these layers cost of the first metric together, as they are put on. */
  ...pointsShape,
  /** What one gives up for it, and what it needs, a clause each; empty where it is nothing. */
  givesUp: z.array(z.string()),
});
/** A way to do without a layer. */
export type Cheaper = z.infer<typeof cheaperSchema>;

/** Schema of {@link Explanation}. */
export const explanationSchema = z.object({
  schema: z.literal(EXPLANATION_SCHEMA),
  variant: z.string(),
  against: z.literal("host"),
  status: z.enum(["complete", "partial"]),
  /** What to change, in a few sentences. */
  answer: z.string(),
  /** Metrics of which there are figures. */
  metrics: z.array(metricSchema),
  /** What has no figures, and why: a metric, a rung, what is left without a layer. */
  missing: z.array(z.object({ what: z.string(), reason: z.string() })),
  /** The costliest layers first. */
  cheaper: z.array(cheaperSchema),
  /** What CPU profiles say, one entry a workload; absent where none was asked for. */
  profiles: z.array(z.union([profileTableSchema, noProfileSchema])).optional(),
});
/** An explanation: which layer costs how much of which metric. */
export type Explanation = z.infer<typeof explanationSchema>;
