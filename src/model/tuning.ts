/**
 * What is planned for a node and what was done to it: the schemas of `podwire/tuning-plan@1` and `podwire/tuning-status@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema names and versions. */
export const TUNING_PLAN_SCHEMA = "podwire/tuning-plan@1";
export const TUNING_STATUS_SCHEMA = "podwire/tuning-status@1";

/** What became of a change that was begun. */
export const TUNING_STATES = [
  /** It stands as it was made. */
  "made",
  /** podwire died before it had changed anything, or while it did. */
  "not made",
  "half made",
  "undone",
  "half undone",
  "changed by someone else",
  "put back by someone else",
  "device gone",
  "device made anew",
  /** The machine, or the namespace, is not the one any more that was changed: its values went with it. */
  "other boot",
  "other namespace",
] as const;
/** One of {@link TUNING_STATES}. */
export type TuningState = (typeof TUNING_STATES)[number];

const scope = z.enum(["device", "namespace", "machine"]);
const risk = z.enum(["low", "medium", "high"]);
const evidence = z.object({ weight: z.enum(["strong", "some", "none"]), says: z.string() });
const gain = z.object({ median: z.number(), low: z.number(), high: z.number() });
const refused = z.array(z.object({ change: z.string(), because: z.string() }));

/** Schema of {@link TuningPlan}. */
export const tuningPlanSchema = z.object({
  schema: z.literal(TUNING_PLAN_SCHEMA),
  node: z.object({
    kernel: z.string(),
    /** Whether values of the machine may be changed here. */
    firstNamespace: z.boolean(),
    /** Programs that write the node's values too. */
    owners: z.array(z.string()),
  }),
  /** In the order in which they are made. */
  changes: z.array(
    z.object({
      change: z.string(),
      sets: z.string(),
      /** Of all its steps, in one text each. */
      now: z.string(),
      // biome-ignore lint/suspicious/noThenProperty: the contract's name; no document is awaited
      then: z.string(),
      why: z.string(),
      undo: z.string(),
      evidence,
      scope,
      risk,
      breaks: z.string(),
      acts: z.enum(["at once", "new connections", "reopened listeners", "re-created devices"]),
      side: z.enum(["node", "pod", "either"]),
      readBack: z.string(),
      sideEffects: z.string(),
      /** A value each: the command that sets it, and the one that sets it back. */
      steps: z.array(z.object({ what: z.string(), now: z.string(), wanted: z.string(), command: z.string(), undo: z.string() })).min(1),
    }),
  ),
  /** What would change something and is made by name alone (`--only`), since nothing that was seen on this node asks for it. */
  possible: refused,
  /** What would change something and is not made, with what would allow it. */
  refused,
  /** What a person would do. */
  advice: z.array(z.object({ change: z.string(), evidence, says: z.string() })),
  /** What is so already. */
  so: z.array(z.string()),
  /** What has no meaning or no way on this node. */
  notHere: refused,
  /** The way out of netfilter; with --max-risk high only. */
  ladder: z
    .array(
      z.object({
        step: z.string(),
        saves: z.string(),
        needs: z.string(),
        breaks: z.array(z.string()),
        how: z.string(),
        /** What it gained where it was measured, by mode and metric: ratios over the mode before the first step, and over the step before. */
        gains: z.array(z.object({ mode: z.string(), variant: z.string(), metric: z.string(), overStart: gain, overStep: gain })),
      }),
    )
    .optional(),
  /** Where and when the gains were measured, with how many Services; absent where they were not. */
  ladderMeasured: z.object({ at: z.string(), machine: z.string(), services: z.int() }).optional(),
});
/** What `tune plan` says. */
export type TuningPlan = z.infer<typeof tuningPlanSchema>;

/** Schema of {@link TuningStatus}. */
export const tuningStatusSchema = z.object({
  schema: z.literal(TUNING_STATUS_SCHEMA),
  /** The journal's file. */
  journal: z.string(),
  /** Lines of it that cannot be read, with the reason. */
  damage: z.array(z.string()),
  /** Its last line was cut short, as when podwire or the machine died while it was written. */
  torn: z.boolean(),
  entries: z.array(
    z.object({
      id: z.string(),
      change: z.string(),
      /** When it was begun, ISO 8601. */
      at: z.string(),
      state: z.enum(TUNING_STATES),
      /** Whether it was a trial that no one has confirmed. */
      trial: z.boolean(),
      values: z.array(
        z.object({
          what: z.string(),
          before: z.string(),
          /** Absent where the kernel changed it along with another one. */
          wanted: z.string().optional(),
          /** Absent where it is not there, cannot be read, or went with its boot or namespace. */
          now: z.string().optional(),
        }),
      ),
    }),
  ),
});
/** What `tune status` says. */
export type TuningStatus = z.infer<typeof tuningStatusSchema>;
