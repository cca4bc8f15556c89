/**
 * Pairs of nodes beside each other: how close the pods of each pair come to its hosts, and whether one node stands out.
 * @packageDocumentation
 */
import { z } from "zod";
import { PATH_NAMES } from "./path.js";

const pairSchema = z.object({
  /** The node that the load comes from, and the one that it goes to. */
  from: z.string(),
  to: z.string(),
  path: z.enum(PATH_NAMES),
  metric: z.string(),
  /** The median ratio of the pair's path to the same pair's baseline; null when there is none, which `reason` explains. */
  median: z.number().nullable(),
  /** Its 95 % interval; null below 3 rounds. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Rounds behind it. */
  n: z.number().int().nonnegative(),
  reason: z.string().optional(),
});

/** One pair of nodes in one metric. */
export type NodePair = z.infer<typeof pairSchema>;

const oddNodeSchema = z.object({
  path: z.enum(PATH_NAMES),
  metric: z.string(),
  node: z.string(),
  /** Whether its pairs lie below or above those of the others. */
  side: z.enum(["below", "above"]),
  /** What its pairs have together, and what the others have: each the hull of their intervals. */
  own: z.object({ low: z.number(), high: z.number() }),
  others: z.object({ low: z.number(), high: z.number() }),
});

/** The node whose pairs lie wholly apart from all others. */
export type OddNode = z.infer<typeof oddNodeSchema>;

/** Schema of {@link Matrix}. */
export const matrixSchema = z.object({
  pairs: z.array(pairSchema),
  /** One entry a metric and path in which a node stands out; empty where none does. */
  odd: z.array(oddNodeSchema),
});
/** What three or more nodes show of each other. */
export type Matrix = z.infer<typeof matrixSchema>;
