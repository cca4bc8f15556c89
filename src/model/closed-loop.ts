/**
 * What the closed loop found: which changes were tried, what each gave, and how to keep it. This is what `tune auto --json` prints.
 * @packageDocumentation
 */
import { z } from "zod";
import { VERDICTS } from "./summary.js";

/** Schema name and version of a closed loop's result. */
export const TUNING_SCHEMA = "podwire/tuning@1";

/** A figure with a change over that without it; above 1 is better, whatever the metric. */
const effectSchema = z.object({ median: z.number(), low: z.number(), high: z.number() });
/** One effect with its interval. */
export type TuningEffect = z.infer<typeof effectSchema>;

const triedSchema = z.object({
  change: z.string(),
  scope: z.enum(["device", "namespace", "machine"]),
  risk: z.enum(["low", "medium", "high"]),
  kept: z.boolean(),
  /** Why it was kept or not: `works again` where nothing arrived without it. */
  reason: z.string(),
  /** Of what was kept from the confirmation alone, else of the phase that it was dropped in; null where there is no ratio. */
  effect: effectSchema.nullable(),
  /** What spoke for it on this node; absent where it was not tried. */
  evidence: z.string().optional(),
  /** Metrics by which its gain would show, where the one that was asked for cannot show it. */
  shownBy: z.array(z.string()).optional(),
  /** Blocks of four visits that were spent on it. */
  blocks: z.object({ screening: z.number().int(), confirmation: z.number().int() }).optional(),
});
/** One change of a closed loop. */
export type TriedChange = z.infer<typeof triedSchema>;

const permanentSchema = z.object({
  change: z.string(),
  /** `sysctl.d`, `modules-load.d`, `udev`, `nft`, `pod spec`, `cni` (an entry of a list of CNI plugins); `none` where nothing declares it. */
  form: z.string(),
  /** The file that it goes into; absent where there is none. */
  path: z.string().optional(),
  text: z.string(),
  /** How the text was checked here, or that it was not. */
  checked: z.string(),
  /** The command or the deed that removes it. */
  removedBy: z.string(),
});
/** How something is kept beyond a restart. */
export type PermanentForm = z.infer<typeof permanentSchema>;

/** Schema of {@link Tuning}. */
export const tuningSchema = z.object({
  schema: z.literal(TUNING_SCHEMA),
  podwire: z.string(),
  /** A lab of the command's own, or one that a shell holds. */
  venue: z.enum(["lab", "held lab"]),
  /** The variant that was the lab. */
  variant: z.string(),
  metric: z.string(),
  /** Smallest gain that is kept, a fraction. */
  margin: z.number(),
  budgetSeconds: z.number(),
  /** Seconds from the first visit to the last. */
  seconds: z.number(),
  /** In the order in which they were tried; those that were not, last. */
  changes: z.array(triedSchema),
  /** Everything that was kept, together, against the node as it was: from the rounds of the confirmation. Null where nothing was kept, and where a path works again. */
  total: effectSchema.extend({ verdict: z.enum(VERDICTS) }).nullable(),
  /** Metrics beside the one that was asked for, with everything that was kept. */
  others: z.array(z.object({ metric: z.string(), verdict: z.enum(VERDICTS), effect: effectSchema.nullable() })),
  /** The gain that this run would have kept four times in five, as a ratio, by the spread that it saw; null where it saw too little. */
  smallestEffectSeen: z.number().nullable(),
  permanent: z.array(permanentSchema),
  /** What has to be known of it: where it holds, and where it has to be proved. */
  notes: z.array(z.string()),
});
/** The result of a closed loop. */
export type Tuning = z.infer<typeof tuningSchema>;
