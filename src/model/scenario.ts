/**
 * What is asked of a run, resolved once from the command line and then never guessed again.
 * @packageDocumentation
 */
import { z } from "zod";
import { WORKLOADS } from "./metric.js";
import { noDropPlanSchema } from "./no-drop.js";
import { PATH_NAMES } from "./path.js";

/** What every venue is asked. */
const common = {
  /** Mode names in table order. In the lab `host` is always first; a cluster has one, its own, or `unknown`. */
  modes: z.array(z.string()).min(1),
  /** What loads the paths in rounds; empty where only no-drop searches are asked for. */
  workloads: z.array(z.enum(WORKLOADS)),
  /** Metric names that are reported; each belongs to one of `workloads` or to the no-drop searches. */
  metrics: z.array(z.string()).min(1),
  /** Seconds that measuring may take, building and reporting not counted. */
  budgetSeconds: z.number().positive(),
  /** Verdict margins as fractions: 0.02 is 2 %. */
  margin: z.object({ capped: z.number().positive(), open: z.number().positive() }),
  quick: z.boolean(),
  /** `auto`: time slices where they are proven, else trials. Absent in runs from before slices existed, which have trials only. */
  strategy: z.enum(["auto", "trials"]).optional(),
  /** What every generator is held to, bit/s; absent where none is. Ratios up to a cap say nothing of what lies above it. */
  maxRate: z.number().positive().optional(),
  /** Whether slices of a path are taken at the same time as the host's instead of alternating with them. */
  duet: z.boolean().optional(),
  /** Whether paths are measured until the budget is spent, those too whose ratio to the host is decided: they are compared with each other. */
  untilBudget: z.literal(true).optional(),
  needs: z.array(z.string()),
  /** Seed of the order in which paths are visited. */
  seed: z.number().int().nonnegative(),
};

const labScenarioSchema = z.object({
  venue: z.literal("lab"),
  ...common,
  /** Rate of the capped link in bit/s; null where no link is capped. */
  linkBitsPerSecond: z.number().positive().nullable(),
  /** MTU of the link between nodes, bytes. */
  mtu: z.number().int().positive(),
  nodes: z.number().int().min(2),
  /** `off`: cables and tunnels without segmentation offload, as a card that has none. Absent: as a veth is. */
  offload: z.literal("off").optional(),
  /** Whether the second baseline, the mode's own nodes with their rules, is measured too. */
  configuredBaseline: z.boolean(),
  /** The no-drop searches that follow the rounds; absent where none is asked for. */
  noDrop: noDropPlanSchema.optional(),
  /** Whether what works on every mode is tried with packets; absent: only what stated needs ask for. */
  conformance: z.literal(true).optional(),
});
/** What is asked of the lab: many modes, each beside the bare host. */
export type LabScenario = z.infer<typeof labScenarioSchema>;

const clusterScenarioSchema = z.object({
  venue: z.literal("cluster"),
  ...common,
  /** The paths that are measured, baselines among them, in table order. */
  paths: z.array(z.enum(PATH_NAMES)).min(1),
  /** Cluster links are never rate-limited; `maxRate` holds back the generators instead. */
  linkBitsPerSecond: z.null(),
  /** Nodes that are measured. */
  nodes: z.number().int().positive(),
  /** A cluster's nodes have their rules, all of them: there are no bare ones beside. */
  configuredBaseline: z.literal(false),
});
/** What is asked of a cluster: many paths of one mode, each beside the hosts' own. */
export type ClusterScenario = z.infer<typeof clusterScenarioSchema>;

/** Schema of {@link Scenario}. */
export const scenarioSchema = z.discriminatedUnion("venue", [labScenarioSchema, clusterScenarioSchema]);
/** What is asked: modes, paths, metrics, link, precision, budget. */
export type Scenario = z.infer<typeof scenarioSchema>;
