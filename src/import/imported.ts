/**
 * What an import says: every figure with its place and why it counts as host's or pods', the comparisons, and what could not be used.
 * @packageDocumentation
 */
import { z } from "zod";
import { VERDICTS } from "../model/summary.js";
import { IMPORT_UNITS } from "./metrics.js";

/** Schema name and version of an import. */
export const IMPORT_SCHEMA = "podwire/import@1";

const conditionsSchema = z.record(z.string(), z.string());

const fileSchema = z.object({
  file: z.string(),
  bytes: z.number().int(),
  lines: z.number().int(),
  encoding: z.string(),
  /** Lines with control characters, as binary data has them; what was readable of them was read. */
  controlLines: z.number().int(),
  /** Figures, statements, troubles and rulesets that it gave. */
  recognised: z.number().int(),
  /** Set when the file could not be read to its end. */
  interrupted: z.string().optional(),
});

const figureSchema = z.object({
  id: z.string(),
  metric: z.string(),
  unit: z.enum(IMPORT_UNITS),
  better: z.enum(["higher", "lower"]),
  value: z.number(),
  /** How many of `of` are behind the value. */
  n: z.number().int(),
  of: z.string(),
  tool: z.string(),
  recogniser: z.string(),
  file: z.string(),
  line: z.number().int(),
  /** First line of the output that it belongs to. */
  firstLine: z.number().int(),
  text: z.string(),
  conditions: conditionsSchema,
  addresses: z.array(z.string()),
  notes: z.array(z.string()),
  /** What was measured; null where nothing says it. */
  role: z.enum(["host", "pod", "service"]).nullable(),
  /** Why it was placed so, or why it could not be placed. */
  why: z.array(z.string()),
  /** The network mode that it is about, as the text names it. */
  subject: z.string().nullable(),
  subjectWhy: z.string().nullable(),
  use: z.enum(["compared", "unpaired", "unplaced", "duplicate"]),
  /** Why it is not compared. */
  reason: z.string().nullable(),
});
/** One figure of an import. */
export type ImportedFigure = z.infer<typeof figureSchema>;

const sideSchema = z.object({
  /** Median of the outputs, in the comparison's unit. */
  median: z.number(),
  /** Number of outputs behind it. */
  n: z.number().int(),
  /** What these outputs hold, e.g. `5 replies`. */
  behind: z.string(),
  figures: z.array(z.string()),
});
/** One side of a comparison. */
export type ComparedSide = z.infer<typeof sideSchema>;

const comparisonSchema = z.object({
  subject: z.string().nullable(),
  metric: z.string(),
  title: z.string(),
  unit: z.enum(IMPORT_UNITS),
  better: z.enum(["higher", "lower"]),
  path: z.enum(["pod", "service"]),
  tool: z.string(),
  conditions: conditionsSchema,
  host: sideSchema,
  pod: sideSchema,
  /** Pod over host; null for shares such as loss, which have a difference, and where a side is 0. */
  ratio: z.number().nullable(),
  /** Pod minus host in percentage points, for shares. */
  difference: z.number().nullable(),
  /** Unpaired 95 % interval of the ratio; null where a side has fewer than three outputs. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  method: z.enum(["none", "unpaired-t"]),
  verdict: z.enum(VERDICTS),
  /** Fraction: 0.05 is 5 %. */
  margin: z.number(),
  /** What the verdict rests on, or why there is none. */
  reason: z.string(),
  weaknesses: z.array(z.string()),
});
/** Pods against hosts in one metric. */
export type ImportComparison = z.infer<typeof comparisonSchema>;

const shareSchema = z.object({
  subject: z.string().nullable(),
  metric: z.string(),
  title: z.string(),
  ratio: z.number(),
  n: z.literal(1),
  file: z.string(),
  line: z.number().int(),
  text: z.string(),
  verdict: z.literal("undecided"),
  reason: z.string(),
});

const placeSchema = z.object({ file: z.string(), line: z.number().int(), text: z.string() });

/** Schema of {@link Imported}. */
export const importedSchema = z.object({
  schema: z.literal(IMPORT_SCHEMA),
  podwire: z.string(),
  files: z.array(fileSchema),
  figures: z.array(figureSchema),
  comparisons: z.array(comparisonSchema),
  /** Shares of the host that the text states without the figures behind them. */
  shares: z.array(shareSchema),
  troubles: z.array(
    z.object({ id: z.string(), cause: z.string(), fix: z.string(), count: z.number().int(), places: z.array(placeSchema) }),
  ),
  rulesets: z.array(
    z.object({
      file: z.string(),
      line: z.number().int(),
      lastLine: z.number().int(),
      printedBy: z.enum(["iptables -L", "iptables-save"]),
      table: z.string().optional(),
      chains: z.number().int(),
      rules: z.number().int(),
      serviceRules: z.number().int(),
      policies: z.record(z.string(), z.string()),
      /** Products whose chains these are. */
      writtenBy: z.array(z.string()).optional(),
      /** False for rules that were quoted without their table. */
      complete: z.boolean().optional(),
    }),
  ),
  addresses: z.array(
    z.object({ network: z.string(), role: z.enum(["host", "pod", "service"]), how: z.string(), file: z.string(), line: z.number().int() }),
  ),
  /** Outputs without a figure: refused connections, lost pings, numbers that can be read in two ways. */
  failures: z.array(z.object({ tool: z.string(), file: z.string(), line: z.number().int(), text: z.string(), why: z.string() })),
  /** Limits that were reached while reading. */
  limits: z.array(z.object({ file: z.string(), what: z.string(), limit: z.number(), dropped: z.number().int() })),
});
/** Everything that an import found. */
export type Imported = z.infer<typeof importedSchema>;
