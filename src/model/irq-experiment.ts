/**
 * The experiment of queues and workers: the schema of `podwire/irq-experiment@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version. */
export const IRQ_EXPERIMENT_SCHEMA = "podwire/irq-experiment@1";

/** How what arrives on the cables is spread over CPUs: all of it on one, a queue for each, or one queue by RPS. */
export const QUEUE_SETTINGS = ["one", "spread", "rps"] as const;
/** One of {@link QUEUE_SETTINGS}. */
export type QueueSetting = (typeof QUEUE_SETTINGS)[number];

const ratioSchema = z.object({ median: z.number(), low: z.number(), high: z.number() });

/** Schema of {@link CpuWork}. */
const cpuWorkSchema = z.object({
  cpu: z.int().nonnegative(),
  /** Seconds. */
  busy: z.number().nonnegative(),
  softirqSeconds: z.number().nonnegative(),
  ksoftirqdSeconds: z.number().nonnegative(),
  /** By kind, as /proc/softirqs names them: `NET_RX`, `TIMER`, ... */
  softirqs: z.record(z.string(), z.int().nonnegative()),
  interrupts: z.int().nonnegative(),
  /** Of /proc/net/softnet_stat: packets taken, packets dropped from a full backlog, and how often a softirq ended with work left. */
  packets: z.int().nonnegative(),
  dropped: z.int().nonnegative(),
  timeSqueeze: z.int().nonnegative(),
  /** Interrupts from other CPUs by which RPS hands packets over. */
  receivedRps: z.int().nonnegative(),
});
/** What one CPU did during a trial. */
export type CpuWork = z.infer<typeof cpuWorkSchema>;

/** Schema of {@link IrqCell}. */
const irqCellSchema = z.object({
  mode: z.string(),
  queues: z.enum(QUEUE_SETTINGS),
  workers: z.int().positive(),
  /** The mode with the layers that make it so. */
  variant: z.string(),
  status: z.enum(["measured", "failed", "unsupported"]),
  reason: z.string().optional(),
  /** To the bare host, inside rounds. */
  toHost: ratioSchema.optional(),
  /** To the first combination of its mode, inside rounds; absent of that one. */
  toFirst: ratioSchema.extend({ says: z.enum(["more", "less", "no difference seen"]) }).optional(),
  /** What each CPU did during one trial of so many seconds; the machine's other work is in it. */
  trial: z.object({ seconds: z.number().positive(), cpus: z.array(cpuWorkSchema) }).optional(),
  /** Why there is none, where it was tried. */
  trialError: z.string().optional(),
});
/** A combination on a mode. */
export type IrqCell = z.infer<typeof irqCellSchema>;

/** Schema of {@link IrqExperiment}. */
export const irqExperimentSchema = z.object({
  schema: z.literal(IRQ_EXPERIMENT_SCHEMA),
  /** What was measured: the name of the metric. */
  metric: z.string(),
  /** CPUs that were used. */
  cpus: z.int().positive(),
  /** The share of such intervals that hold the truth, all of an experiment's comparisons together. */
  confidence: z.number(),
  /** The answer, a sentence a mode. */
  says: z.array(z.string()),
  cells: z.array(irqCellSchema),
});
/** The experiment and what came of it. */
export type IrqExperiment = z.infer<typeof irqExperimentSchema>;
