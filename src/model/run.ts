/**
 * A run file: everything that was asked, seen and done, as versioned JSON.
 * @packageDocumentation
 */
import { z } from "zod";
import { WAYS } from "./campaign.js";
import { comparisonSchema } from "./comparison.js";
import { runConformanceSchema } from "./conformance.js";
import { countsSchema } from "./delivery.js";
import { ladderSchema } from "./explanation.js";
import { givenUpSchema } from "./given-up.js";
import { inspectionSchema } from "./inspection.js";
import { matrixSchema } from "./matrix.js";
import { WORKLOADS } from "./metric.js";
import { noDropSearchSchema } from "./no-drop.js";
import { measuredPathSchema } from "./path.js";
import { MTU_DECIDERS } from "./path-mtu.js";
import { noProfileSchema, profileSchema } from "./profile.js";
import { putLayerSchema } from "./put-layer.js";
import { rulesBackendSchema } from "./rules-backend.js";
import { scenarioSchema } from "./scenario.js";
import { serviceCountsSchema } from "./service-counts.js";

/** Schema name and version that every run file carries. */
export const RUN_SCHEMA = "podwire/run@1";

/** CPU seconds of the whole machine. */
const cpuSchema = z.object({ busy: z.number(), softirq: z.number(), steal: z.number(), idle: z.number() });

/** One look at one path: one trial or one burst of a resident client. */
const observationSchema = z.object({
  workload: z.enum(WORKLOADS),
  /** Rounds of one workload are counted from 0; observations of the same workload and round are paired. */
  round: z.number().int().nonnegative(),
  /** What was observed: one run of a tool, a burst of a client that stays, or a time slice. Absent in runs from before slices existed. */
  how: z.enum(WAYS).optional(),
  /** Place within the round, from 0. */
  position: z.number().int().nonnegative(),
  /** Which start of its load generators it belongs to, counted from 0 for each workload; absent for trials, each of which is a start of its own. */
  restart: z.number().int().nonnegative().optional(),
  ...measuredPathSchema.shape,
  /** Seconds from the start of the run to the start of the observation. */
  startedAt: z.number(),
  /** Seconds that the observation took, by the venue's clock. */
  elapsed: z.number().nonnegative(),
  /** By metric name, in the metric's unit. Empty when `error` is set. */
  values: z.record(z.string(), z.number()),
  /** Work done, in the unit of the workload's CPU metric. */
  work: z.number().nonnegative(),
  /** CPU seconds of the whole machine during the observation. */
  cpu: cpuSchema,
  /** Pairs of us and count: round trips or requests that were seen from beginning to end. */
  histogram: z.array(z.tuple([z.number(), z.number().int()])).optional(),
  /** The same of those that were cut off by the observation's end, with the time they had lasted until then. Older runs lack it: such times were dropped. */
  censored: z.array(z.tuple([z.number(), z.number().int()])).optional(),
  counts: countsSchema.optional(),
  facts: z.record(z.string(), z.number()).optional(),
  /** Why there is no value. */
  error: z.string().optional(),
  /** Key into `raw` when the tool's own output was kept. */
  raw: z.string().optional(),
});
/** One observation as it stands in a run file. */
export type Observation = z.infer<typeof observationSchema>;

/** What CPUs did while podwire loaded nothing. */
const idleReadingSchema = z.object({
  /** Seconds from the start of the run. */
  startedAt: z.number(),
  /** Seconds. */
  elapsed: z.number().positive(),
  cpu: cpuSchema,
});
/** One idle reading as it stands in a run file. */
export type IdleReading = z.infer<typeof idleReadingSchema>;

const idleReadingsSchema = z.object({
  /** The paths whose ends are on the machines that were read. */
  paths: z.array(measuredPathSchema),
  readings: z.array(idleReadingSchema),
  /** Why a reading failed. */
  failure: z.string().optional(),
});
/** Idle readings of some paths' machines. */
export type IdleReadings = z.infer<typeof idleReadingsSchema>;

const runPathSchema = measuredPathSchema.extend({
  /** `broken`: of a variant with a planted fault, and nothing arrives on it. */
  status: z.enum(["built", "unsupported", "failed", "broken"]),
  reason: z.string().optional(),
  /** Workloads that the path cannot carry, with the reason. */
  unsupportedWorkloads: z.record(z.string(), z.string()).optional(),
  /** Congestion control of its TCP senders; absent if unknown. */
  congestionControl: z.string().optional(),
  /** In a cluster: the MTU that the kernels of its ends use, and what decides it. Absent on the loopback, and in runs from before it was written down. */
  mtu: z.object({ bytes: z.number().int().positive(), by: z.enum(MTU_DECIDERS) }).optional(),
});
/** A path that was to be measured: built, or why not. */
export type RunPath = z.infer<typeof runPathSchema>;

/** Schema of {@link Run}. */
export const runSchema = z.object({
  schema: z.literal(RUN_SCHEMA),
  podwire: z.string(),
  /** The commit that this podwire was built from; absent where its build knew none, and in older runs. */
  commit: z.string().optional(),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  endedAt: z.string(),
  status: z.enum(["complete", "partial"]),
  /** Why the run is partial. */
  partialReason: z.string().optional(),
  scenario: scenarioSchema,
  environment: z.record(z.string(), z.string()),
  /** What a cluster's network is; runs in a cluster have it. */
  inspection: inspectionSchema.optional(),
  /** One entry a mode of the scenario. */
  modes: z.array(
    z.object({
      mode: z.string(),
      status: z.enum(["built", "unsupported", "failed"]),
      reason: z.string().optional(),
      /** Workloads that the mode's pod path cannot carry, with the reason. */
      unsupportedWorkloads: z.record(z.string(), z.string()).optional(),
      /** Of a variant: what was put on its mode. */
      layers: z.array(putLayerSchema).optional(),
      /** Why a variant's Service did not answer although its pods did: its layers do not work together. */
      serviceFault: z.string().optional(),
      /** Of a variant with a planted fault: its paths on which nothing arrived, each with what its trial said. */
      brokenPaths: z.record(z.string(), z.string()).optional(),
      /** Absent where the mode has no rules, where it is not known, and in runs from before it was written down. */
      rulesBackend: rulesBackendSchema.optional(),
    }),
  ),
  /** Every path that was to be measured, in table order; the first of a mode is the one that stands for it. */
  paths: z.array(runPathSchema),
  /** Which of them are compared with which. */
  comparisons: z.array(comparisonSchema),
  /** Workloads that could be observed by time slices and were not: on which modes (in a cluster: paths), and why. Absent where there are none, and where trials were asked for. */
  withoutSlices: z.array(z.object({ workload: z.enum(WORKLOADS), on: z.array(z.string()), reason: z.string() })).optional(),
  observations: z.array(observationSchema),
  /** What the CPUs did without load, which CPU costs do not count; absent where no cost was asked for, and in older runs, whose costs are of all that the machines did. */
  idle: z.array(idleReadingsSchema).optional(),
  /** Of a resumed run: when its earlier parts ended, seconds from the start of the run. Each end had a report, which was a look. */
  partEnds: z.array(z.number()).optional(),
  /** What was given up; absent where nothing was, and in runs from before it was written down. */
  givenUp: z.array(givenUpSchema).optional(),
  /** No-drop searches, one entry a path, frame size and turn; absent where none was asked for. */
  searches: z.array(noDropSearchSchema).optional(),
  /** CPU profiles, one entry a workload; absent where none was asked for. */
  profiles: z.array(z.union([profileSchema, noProfileSchema])).optional(),
  /** What works on its modes, tried with packets; absent where nothing was tried. */
  conformance: runConformanceSchema.optional(),
  /** Pairs of nodes; absent where fewer than three were measured. */
  matrix: matrixSchema.optional(),
  /** In a cluster: figures by the number of Services; absent where none was asked for. */
  serviceCounts: serviceCountsSchema.optional(),
  /** What was measured to explain a variant; absent where nothing was to be explained. */
  explanation: ladderSchema.optional(),
  /** Verbatim tool output, by the key that observations refer to. A `condition` is the one that held meanwhile; absent for the path as it was built. */
  raw: z.record(
    z.string(),
    z.object({ argv: z.array(z.string()), stdout: z.string(), stderr: z.string(), condition: z.string().optional() }),
  ),
});
/** A run: the one file from which every report is made. */
export type Run = z.infer<typeof runSchema>;

/** What a run measures: its paths, and which are compared. */
export type PathPlan = Pick<Run, "paths" | "comparisons">;

/** Schema of {@link RunFile}. */
export const runFileSchema = runSchema.extend({
  paths: z.array(runPathSchema.partial({ mode: true })).optional(),
  comparisons: z.array(comparisonSchema).optional(),
});
/** A run as it may stand in a file: older ones have paths in clusters only, without their mode, and no comparisons. */
export type RunFile = z.infer<typeof runFileSchema>;

/** What of a run, or beside another result, tells the names in it: of machines, people, clusters. */
export type Telling = Pick<Run, "environment" | "raw" | "inspection" | "matrix">;
