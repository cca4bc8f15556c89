/**
 * What is asked of a run, resolved once from the command line and then never guessed again.
 * @packageDocumentation
 */
import { z } from "zod";
import { WORKLOADS } from "./metric.js";
import { noDropPlanSchema } from "./no-drop.js";

/** Schema of {@link Scenario}. */
export const scenarioSchema = z.object({
  venue: z.literal("lab"),
  /** Mode names in table order; `host` is always first. */
  modes: z.array(z.string()).min(1),
  /** What loads the paths in rounds; empty where only no-drop searches are asked for. */
  workloads: z.array(z.enum(WORKLOADS)),
  /** Metric names that are reported; each belongs to one of `workloads` or to the no-drop searches. */
  metrics: z.array(z.string()).min(1),
  /** Rate of the capped link in bit/s; null where no link is capped. */
  linkBitsPerSecond: z.number().positive().nullable(),
  /** MTU of the link between nodes, bytes. */
  mtu: z.number().int().positive(),
  nodes: z.number().int().min(2),
  /** Seconds that measuring may take, building and reporting not counted. */
  budgetSeconds: z.number().positive(),
  /** Verdict margins as fractions: 0.02 is 2 %. */
  margin: z.object({ capped: z.number().positive(), open: z.number().positive() }),
  /** Whether the second baseline, the mode's own nodes with their rules, is measured too. */
  configuredBaseline: z.boolean(),
  quick: z.boolean(),
  /** `auto`: time slices where they are proven, else trials. Absent in runs from before slices existed, which have trials only. */
  strategy: z.enum(["auto", "trials"]).optional(),
  /** The no-drop searches that follow the rounds; absent where none is asked for. */
  noDrop: noDropPlanSchema.optional(),
  /** Whether slices of a path are taken at the same time as the host's instead of by turns. */
  duet: z.boolean().optional(),
  needs: z.array(z.string()),
  /** Seed of the order in which paths are visited. */
  seed: z.number().int().nonnegative(),
});
/** What is asked: modes, metrics, link, precision, budget. */
export type Scenario = z.infer<typeof scenarioSchema>;
