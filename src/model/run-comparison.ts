/**
 * Run against run: what is different around them, how B's ratios to its host stand to A's, and whether gates hold. This is what `compare --json` prints.
 * @packageDocumentation
 */
import { z } from "zod";
import { PATH_NAMES } from "./path.js";
import { VERDICTS } from "./summary.js";

/** Schema name and version of a comparison. */
export const COMPARISON_SCHEMA = "podwire/comparison@1";

/** What a run has of a cell. `not-asked`: its scenario does not hold that mode, path or metric. */
const SIDE_STATUSES = ["measured", "unsupported", "refused", "failed", "broken", "not-asked"] as const;

/** Where an environment difference was seen, in the order in which differences are listed. */
export const DIFFERENCE_GROUPS = ["kernel", "podwire", "tools", "environment", "scenario", "modes"] as const;
/** One of {@link DIFFERENCE_GROUPS}. */
export type DifferenceGroup = (typeof DIFFERENCE_GROUPS)[number];

/** What a gate came to. `skipped` says nothing about B, and nothing against it. */
export const GATE_OUTCOMES = ["passed", "warned", "failed", "skipped"] as const;
/** One of {@link GATE_OUTCOMES}. */
export type GateOutcome = (typeof GATE_OUTCOMES)[number];

/** Schema of {@link RunRef}. */
export const runRefSchema = z.object({
  /** The file as it was named. */
  file: z.string(),
  podwire: z.string(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string(),
  status: z.enum(["complete", "partial"]),
  partialReason: z.string().optional(),
});
/** Which run it was. */
export type RunRef = z.infer<typeof runRefSchema>;

const differenceSchema = z.object({
  group: z.enum(DIFFERENCE_GROUPS),
  name: z.string(),
  /** Null where the run recorded nothing of that name. */
  a: z.string().nullable(),
  b: z.string().nullable(),
});
/** Something that is not the same around both runs. */
export type Difference = z.infer<typeof differenceSchema>;

const hostRatioSchema = z.object({
  median: z.number(),
  /** Null below 3 rounds. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Margin that the run's own verdict was judged with; a fraction. */
  margin: z.number(),
  /** Rounds behind it. */
  n: z.number().int(),
  method: z.enum(["none", "t-small-n", "order-statistic", "bootstrap", "t-starts"]),
  confidence: z.number().optional(),
});
/** A ratio of a run to its own host. */
export type HostRatio = z.infer<typeof hostRatioSchema>;

/** Schema of {@link ComparedSide}. */
export const comparedSideSchema = z.object({
  status: z.enum(SIDE_STATUSES),
  /** Why there is no ratio. */
  reason: z.string().optional(),
  ratio: hostRatioSchema.optional(),
  /** Names of the checks that flag its figure; the run's own report has their evidence. */
  flags: z.array(z.string()).optional(),
});
/** What one run has of a cell. */
export type ComparedSide = z.infer<typeof comparedSideSchema>;

const changeSchema = z.object({
  /** B's ratio to its host over A's ratio to its host. */
  median: z.number(),
  /** From both intervals; null where either run has none. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** `slower`: B is worse than A beyond the margin. */
  verdict: z.enum(VERDICTS),
  /** B's margin; a fraction: 0.02 is 2 %. */
  margin: z.number(),
});
/** How B stands to A in one cell. */
export type Change = z.infer<typeof changeSchema>;

const comparedCellSchema = z.object({
  mode: z.string(),
  path: z.enum(PATH_NAMES),
  metric: z.string(),
  better: z.enum(["higher", "lower"]),
  a: comparedSideSchema,
  b: comparedSideSchema,
  /** Present where both were measured. */
  change: changeSchema.optional(),
  /** Why there is no change where both were measured. */
  reason: z.string().optional(),
});
/** One metric of one mode's path, in both runs. */
export type ComparedCell = z.infer<typeof comparedCellSchema>;

const judgementSchema = z.object({
  mode: z.string(),
  outcome: z.enum(GATE_OUTCOMES),
  /** What was judged and why it came out so, as a sentence. */
  reason: z.string(),
  /** The ratio that was judged: B's to its host, or that of both ratios. Absent where there was none to judge. */
  median: z.number().optional(),
  low: z.number().nullable().optional(),
  high: z.number().nullable().optional(),
  /** B's rounds behind it. */
  n: z.number().int().optional(),
  /** A's rounds behind it, for gates against A. */
  nOfA: z.number().int().optional(),
});
/** A gate on one mode. */
export type Judgement = z.infer<typeof judgementSchema>;

const gateResultSchema = z.object({
  /** The gate as it was written. */
  gate: z.string(),
  path: z.enum(PATH_NAMES),
  metric: z.string(),
  /** B's ratio to its own host, or the ratio of B's to A's. */
  reads: z.enum(["b", "b-over-a"]),
  /** The worst of its judgements. */
  outcome: z.enum(GATE_OUTCOMES),
  judgements: z.array(judgementSchema),
});
/** A gate with what it came to. */
export type GateResult = z.infer<typeof gateResultSchema>;

/** Schema of {@link RunComparison}. */
export const runComparisonSchema = z.object({
  schema: z.literal(COMPARISON_SCHEMA),
  a: runRefSchema,
  b: runRefSchema,
  /** What a reader must know before the figures, as sentences. */
  warnings: z.array(z.string()),
  differences: z.array(differenceSchema),
  cells: z.array(comparedCellSchema),
  gates: z.array(gateResultSchema),
  /** `failed`: at least one gate fails. */
  outcome: z.enum(["passed", "failed"]),
});
/** Two runs compared. */
export type RunComparison = z.infer<typeof runComparisonSchema>;
