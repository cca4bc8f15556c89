/**
 * What a run says: cells with intervals and verdicts, and a ranking. This is what `--json` prints.
 * @packageDocumentation
 */
import { z } from "zod";
import { UNITS } from "../units/quantity.js";
import { WAYS } from "./campaign.js";
import { BASELINES } from "./comparison.js";
import { runConformanceSchema } from "./conformance.js";
import { countsSchema } from "./delivery.js";
import { flagSchema } from "./doubt.js";
import { givenUpSchema } from "./given-up.js";
import { inspectionSchema } from "./inspection.js";
import { matrixSchema } from "./matrix.js";
import { PATH_NAMES } from "./path.js";
import { putLayerSchema } from "./put-layer.js";
import { rulesBackendSchema } from "./rules-backend.js";
import { serviceCountsSchema } from "./service-counts.js";

/** Schema name and version of a summary. */
export const SUMMARY_SCHEMA = "podwire/summary@1";

/** Verdicts on a ratio at a margin; `slower` always means worse. */
export const VERDICTS = ["faster", "same", "slower", "undecided"] as const;
/** One of {@link VERDICTS}. */
export type Verdict = (typeof VERDICTS)[number];

const ratioSchema = z.object({
  baseline: z.enum(BASELINES),
  /** The median of in-round ratios (for cpu a ratio of sums, for percentiles of pooled percentiles). */
  median: z.number(),
  /** 95 % interval (98.2 % at a planned look, which together hold at 95 %); null below 3 rounds. One limit alone is null where it is not known. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  verdict: z.enum(VERDICTS),
  /** Fraction: 0.02 is 2 %. */
  margin: z.number(),
  /** Number of rounds behind the ratio. */
  n: z.number().int(),
  /** Which interval it is. */
  method: z.enum(["none", "t-small-n", "order-statistic", "bootstrap", "t-starts"]),
  /** Confidence that the interval was made with, 0 to 1; absent where there is none. */
  confidence: z.number().optional(),
  /** Set where the figure depends on how its generators started (F test at 1 %): the ratio then comes from the medians of so many starts. */
  restarts: z.number().int().optional(),
  /** Of a percentile, and of the CPU cost of round trips: its interval is Student's t over the ratios of so many starts of the load generators. */
  starts: z.number().int().optional(),
  /** Set where the ratio is only a limit, since of one side only a lower limit is known (`bound`). A percentile's has no interval and no verdict. */
  limit: z.enum(["at-least", "at-most"]).optional(),
  /** Median ratio of the first half of the rounds over that of the second, with its 99.9 % interval; absent below 22 rounds. */
  halves: z.object({ median: z.number(), low: z.number(), high: z.number() }).optional(),
  /** Sum of the mode over the sum of the baseline, for `value` metrics. */
  ratioOfSums: z.number().optional(),
  /** Set where the ratio of sums differs from the median ratio beyond noise: the mode stalls at times. */
  stalls: z.boolean().optional(),
  /** When the cell was closed: decided at a planned look or at the end of the budget, or left undecided by the third look, after which more rounds are of no use. */
  decided: z
    .object({
      look: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal("end")]),
      /** Number of the round, and seconds from the start of the run to its end. */
      round: z.number().int(),
      seconds: z.number(),
    })
    .optional(),
  /** Where the cell is still open: how much more its next look would take. */
  stillNeeds: z
    .object({
      rounds: z.number().int(),
      /** Seconds that so many rounds would take, at the pace of this run. */
      seconds: z.number(),
    })
    .optional(),
});
/** A ratio to a baseline with its interval and verdict. */
export type CellRatio = z.infer<typeof ratioSchema>;

const cellSchema = z.object({
  metric: z.string(),
  path: z.enum(PATH_NAMES),
  /** The condition under which the path was observed, by its name; absent for the path as it was built. */
  condition: z.string().optional(),
  /** `broken`: of a variant with a planted fault, and nothing arrived while the host carried the same load. */
  status: z.enum(["measured", "unsupported", "refused", "failed", "broken"]),
  reason: z.string().optional(),
  unit: z.enum(UNITS),
  better: z.enum(["higher", "lower"]),
  /** Absolute median in `unit`; null when nothing was measured (`reason` says why). */
  median: z.number().nullable(),
  /** Observations behind the median. */
  n: z.number().int(),
  /** How they were made. Medians of two ways are not to be divided by each other; absent where there is none, and for searches. */
  how: z.enum(WAYS).optional(),
  counts: countsSchema.optional(),
  /** Share of what was offered that arrived or was answered, 0 to 1; absent where nothing can be lost, and in older summaries. */
  delivered: z.number().min(0).max(1).optional(),
  /**
   * The true figure is at least `median`. `generator`: the generator could offer no more and nothing was lost, `reason` has the evidence; `burst`: round
   * trips outlasted the bursts in which they were watched.
   */
  bound: z.enum(["generator", "burst"]).optional(),
  /** The rate that the generators were held to, bit/s: what the path could do beyond it is not known. */
  cappedAt: z.number().optional(),
  /** Share of softirq time in the CPU time of a `.cpu` cell, 0 to 1. */
  softirqShare: z.number().optional(),
  ratio: ratioSchema.optional(),
  ratioConfigured: ratioSchema.optional(),
  /** What speaks against the figure without taking it away. */
  flags: z.array(flagSchema).optional(),
});
/** One number of one mode on one path. */
export type Cell = z.infer<typeof cellSchema>;

const recommendationSchema = z.object({
  /** The mode to run. */
  mode: z.string(),
  /** Modes whose scores cannot be told apart from its own, best first. */
  tied: z.array(z.string()),
  /** What the network must offer for it, to follow "It needs"; absent where it needs nothing. */
  needs: z.string().optional(),
  /** What must be done for stated needs that it meets only with care, a sentence each. */
  care: z.array(z.string()),
  /** Stated needs that packets showed to be met, and in how many cells; absent where no need was answered by packets. */
  kept: z.object({ needs: z.array(z.string()), cells: z.number().int() }).optional(),
  /** Modes that rank before it and meet a stated need by their file's word alone, which packets did not answer there; absent where there is none. */
  before: z.array(z.string()).optional(),
  /** What to run where the first choice cannot be. */
  otherwise: z
    .object({
      /** Where that is, to begin a sentence: `Where nodes share no L2 segment`. */
      where: z.string(),
      mode: z.string(),
      /** Modes that could run there as well and cannot be told apart from it by their scores; absent where there is none. */
      tied: z.array(z.string()).optional(),
    })
    .optional(),
});
/** The advice as data. */
export type Recommendation = z.infer<typeof recommendationSchema>;

/** Schema of {@link Summary}. */
export const summarySchema = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  venue: z.enum(["lab", "cluster"]),
  status: z.enum(["complete", "partial"]),
  partialReason: z.string().optional(),
  modes: z.array(
    z.object({
      mode: z.string(),
      /** `broken`: of a variant with a planted fault, on whose pod path nothing arrived at all. */
      status: z.enum(["measured", "unsupported", "failed", "broken"]),
      reason: z.string().optional(),
      /** As in the run file. */
      layers: z.array(putLayerSchema).optional(),
      rulesBackend: rulesBackendSchema.optional(),
      /** Of its paths as they were built: one cell a metric and path. */
      cells: z.array(cellSchema),
      /** Of its paths under conditions, each of which names its own: apart, so that who looks for a metric and a path finds one cell. Absent where there are none. */
      underConditions: z.array(cellSchema).optional(),
    }),
  ),
  /**
   * Best first; modes that cannot be told apart share a rank. `score` is a geometric mean of ratios to host, 1 is the host. Variants with a planted fault that
   * are broken in a metric come last with score 0, which has no limits.
   */
  ranking: z.array(
    z.object({
      mode: z.string(),
      rank: z.number().int(),
      score: z.number(),
      scoreLow: z.number().nullable(),
      scoreHigh: z.number().nullable(),
      why: z.string(),
    }),
  ),
  /** By metric name: its weight in the score; the weights add up to 1. */
  rankingWeights: z.record(z.string(), z.number()).optional(),
  /** Modes left out of the ranking because a stated need is not met, with the reason; `inBrief` where that is long. */
  excluded: z.array(z.object({ mode: z.string(), why: z.string(), inBrief: z.string().optional() })),
  /** Two or three sentences: what to run and what it costs. */
  advice: z.string(),
  /** The same as data; absent where nothing can be recommended, and in a cluster. */
  recommendation: recommendationSchema.optional(),
  environment: z.record(z.string(), z.string()),
  /** As in the run file. */
  givenUp: z.array(givenUpSchema).optional(),
  /** What a cluster's network is; runs in a cluster have it. */
  inspection: inspectionSchema.optional(),
  /** Pairs of nodes; absent where fewer than three were measured. */
  matrix: matrixSchema.optional(),
  /** In a cluster: figures by the number of Services; absent where none was asked for. */
  serviceCounts: serviceCountsSchema.optional(),
  /** As in the run file. */
  conformance: runConformanceSchema.optional(),
});
/** The whole answer of a run. */
export type Summary = z.infer<typeof summarySchema>;
