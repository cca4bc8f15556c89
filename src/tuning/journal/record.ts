/**
 * The journal's records: one line of JSON each, with a sum by which a line that was torn or edited differs from one that podwire wrote.
 * @packageDocumentation
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Knob } from "../contract.js";

/** What the journal's first line says that it is. */
export const JOURNAL = "podwire/tune-journal@1";

/** What undo writes to as root is named by the journal: no more than the changes set can be named. */
const device = z.string().regex(/^(?!\.{1,2}$)[^/\s]+$/);
const DEVICE_FILE = /^(?:queues\/[rt]x-\d+\/[rx]ps_cpus|gro_flush_timeout|napi_defer_hard_irqs)$/;
const MACHINE_FILE = /^\/proc\/irq\/\d+\/smp_affinity_list$/;
/** sysctl(8) swaps dots and slashes: a part of two slashes would be a way out of the folder. */
const SYSCTL = /^net\.(?!(?:\S*\.)?\/{1,2}(?:\.|$))\S+$/;

/** Schema of a {@link Knob}. */
export const knobSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("sysctl"), name: z.string().regex(SYSCTL) }),
  z.object({ kind: z.literal("device-file"), device, file: z.string().regex(DEVICE_FILE) }),
  z.object({ kind: z.literal("machine-file"), path: z.string().regex(MACHINE_FILE) }),
  z.object({ kind: z.literal("offload"), device, feature: z.string().min(1) }),
  z.object({ kind: z.literal("ring"), device, ring: z.enum(["rx", "tx"]) }),
  z.object({ kind: z.literal("coalescing"), device, parameter: z.string().min(1) }),
  z.object({ kind: z.literal("link"), device, attribute: z.enum(["mtu", "txqueuelen", "gso_max_size"]) }),
  z.object({ kind: z.literal("qdisc"), device }),
  z.object({ kind: z.literal("own-rules"), piece: z.string().min(1) }),
]) satisfies z.ZodType<Knob>;

/** One value that a change touches. */
const valueSchema = z.object({
  knob: knobSchema,
  before: z.string(),
  /** What the change gives it; absent where the kernel changes it along with another (a coupled value). */
  wanted: z.string().optional(),
  /** Which device it was, since another may bear the name later: index and address. */
  device: z.object({ ifindex: z.int().positive(), mac: z.string() }).optional(),
});
/** One value of a record. */
export type JournalValue = z.infer<typeof valueSchema>;

const at = z.iso.datetime();
const id = z.string().min(1);
const headSchema = z.object({ record: z.literal("journal"), journal: z.literal(JOURNAL), at });
const applySchema = z.object({
  record: z.literal("apply"),
  id,
  at,
  change: z.string().min(1),
  boot: z.string(),
  namespace: z.string(),
  /** As `NodeFacts.loopback`: the namespace's inode alone may be another's by now. */
  loopback: z.string().optional(),
  /** Whom it is a trial of, and until when: whoever has not confirmed it by then has it undone by a guard. */
  lease: z.object({ until: at, guard: z.string() }).optional(),
  values: z.array(valueSchema).min(1),
});
const recordSchema = z.discriminatedUnion("record", [
  headSchema,
  applySchema,
  /** Every value as it was read back, in the order of the apply record; null where it was not there any more. */
  z.object({ record: z.literal("made"), id, at, after: z.array(z.string().nullable()) }),
  z.object({ record: z.literal("confirmed"), id, at }),
  z.object({ record: z.literal("undo"), id, at, why: z.string() }),
  /** Which values, by their place in the apply record, were left as they were found. */
  z.object({ record: z.literal("undone"), id, at, left: z.array(z.int().nonnegative()) }),
  /** The line before this one was cut short when podwire or the machine died. */
  z.object({ record: z.literal("torn"), at }),
]);
/** A record. */
export type JournalRecord = z.infer<typeof recordSchema>;
/** The record that is written before a change is made. */
export type ApplyRecord = z.infer<typeof applySchema>;

const sumOf = (json: string): string => createHash("sha256").update(json).digest("hex").slice(0, 16);

/** The record as its line, with its end. */
export function formatRecord(record: JournalRecord): string {
  const json = JSON.stringify(record);
  return `${json.slice(0, -1)},"sum":"${sumOf(json)}"}\n`;
}

/** What a line is: a record, one of a newer podwire's, or damaged, with the reason. */
export type ReadLine = { readonly record: JournalRecord } | { readonly newer: string } | { readonly damage: string };

function parsedOf(json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

const SUM = /,"sum":"([0-9a-f]{16})"\}$/;

/** Reads a line without its end. */
export function readLine(line: string): ReadLine {
  const sum = SUM.exec(line)?.[1];
  if (sum === undefined) return { damage: "it has no sum" };
  const json = line.replace(SUM, "}");
  if (sumOf(json) !== sum) return { damage: "its sum does not fit: it was edited or damaged" };
  const parsed = parsedOf(json);
  if (parsed === undefined) return { damage: "it is no JSON" };
  const read = recordSchema.safeParse(parsed);
  if (read.success) return { record: read.data };
  const journal: unknown = typeof parsed === "object" && parsed !== null && "journal" in parsed ? parsed.journal : undefined;
  return typeof journal === "string" ? { newer: journal } : { newer: "a record that this podwire does not know" };
}
