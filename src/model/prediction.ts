/**
 * A lab's run beside runs of clusters: what the lab predicted, what the clusters showed, and what differs between the two. This is what
 * `compare LAB CLUSTER... --json` prints.
 * @packageDocumentation
 */
import { z } from "zod";
import { comparedSideSchema, runRefSchema } from "./run-comparison.js";

/** Schema name and version of a prediction. */
export const PREDICTION_SCHEMA = "podwire/prediction@1";

/** How near a lab's ratio must come to the cluster's to count as a prediction: a fraction, 0.1 is ten points. */
export const NEAR = 0.1;

/** Whether something was predicted; `undecided` where intervals are too wide to say. */
const ANSWERS = ["yes", "no", "undecided"] as const;
/** One of {@link ANSWERS}. */
export type Answer = (typeof ANSWERS)[number];

const clusterSchema = z.object({
  run: runRefSchema,
  /** The mode that was detected, by podwire's name, or `unknown`; of a network that podwire has no mode for, the lab's that is wired most alike. */
  mode: z.string(),
  /** Whether the lab's run measured that mode. */
  inLab: z.boolean(),
  /** What the two have in common, or why they cannot be lined up and what would help. */
  sentence: z.string(),
  /** Paths that this run has numbers of and no lab can have. */
  otherPaths: z.array(z.string()),
});
/** A cluster's run, and the mode of the lab that stands beside it. */
export type PredictedCluster = z.infer<typeof clusterSchema>;

const cellSchema = z.object({
  /** Place of the cluster in `clusters`, from 0. */
  cluster: z.number().int().nonnegative(),
  mode: z.string(),
  metric: z.string(),
  better: z.enum(["higher", "lower"]),
  lab: comparedSideSchema,
  /** What the lab's ratio is made with: the mode's own hosts, which carry its rules as a cluster's nodes do, or the bare host where those were not measured. */
  labBaseline: z.enum(["host", "host-configured"]),
  inCluster: comparedSideSchema,
  /** The cluster's ratio less the lab's, where both were measured: 0.05 is five points. Limits from both intervals; null where either has none. */
  difference: z.object({ median: z.number(), low: z.number().nullable(), high: z.number().nullable() }).optional(),
  /** Whether the difference of the medians is at most ten points; `undecided` where its interval covers both answers. */
  near: z.enum(ANSWERS).optional(),
});
/** One metric of one cluster from pod to pod, beside the lab's. */
export type PredictedCell = z.infer<typeof cellSchema>;

const orderSchema = z.object({
  /** What is ordered: `metrics` of one mode, by how much each of them keeps of the host's; or `modes`, by one metric. */
  of: z.enum(["metrics", "modes"]),
  /** The mode whose metrics, or the metric by which modes are ordered. */
  by: z.string(),
  /** Best first. */
  lab: z.array(z.string()),
  inCluster: z.array(z.string()),
  /** Pairs that both runs tell apart by intervals that do not overlap: in the same order, or the other way round; and all others. */
  pairs: z.object({ agree: z.number().int(), contradict: z.number().int(), open: z.number().int() }),
  predicted: z.enum(ANSWERS),
  /** One sentence. */
  because: z.string(),
});
/** Whether the lab predicted an order. */
export type PredictedOrder = z.infer<typeof orderSchema>;

const explanationSchema = z.object({
  cluster: z.number().int().nonnegative(),
  topic: z.string(),
  /** Null where nothing of it was recorded. */
  lab: z.string().nullable(),
  inCluster: z.string().nullable(),
  /** What such a difference does to ratios. */
  why: z.string(),
  /** Metrics that are not near and that it bears on. */
  mayExplain: z.array(z.string()),
});
/** Something in which lab and cluster differ, and what it does. */
export type Explanation = z.infer<typeof explanationSchema>;

/** Schema of {@link Prediction}. */
export const predictionSchema = z.object({
  schema: z.literal(PREDICTION_SCHEMA),
  lab: runRefSchema,
  clusters: z.array(clusterSchema).min(1),
  /** What a reader must know before the figures, as sentences. */
  warnings: z.array(z.string()),
  cells: z.array(cellSchema),
  orders: z.array(orderSchema),
  explanations: z.array(explanationSchema),
});
/** What a lab predicted of clusters. */
export type Prediction = z.infer<typeof predictionSchema>;
