/**
 * What documents would change: the schema of `podwire/render-diff@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version. */
export const RENDER_DIFF_SCHEMA = "podwire/render-diff@1";

/** What became, or would become, of a document or an object. `elsewhere`: no part of a cluster's objects, so that it was held against nothing. */
export const DOCUMENT_CHANGES = ["new", "changed", "gone", "same", "elsewhere"] as const;

const documentSchema = z.object({
  /** The path below the folder, or `KIND/NAMESPACE/NAME` of an object. */
  what: z.string(),
  change: z.enum(DOCUMENT_CHANGES),
  /** Lines that differ, with `-` or `+` before them, and some around them; none of what holds a secret. */
  lines: z.array(z.string()),
  /** What has to be known of it. */
  note: z.string().optional(),
});
/** One document, or one object. */
export type DocumentDiff = z.infer<typeof documentSchema>;

const stepSchema = z.object({
  /** What is done, a clause. */
  step: z.string(),
  /** Why here and not later. */
  why: z.string(),
  /** As they are typed; CARD, NODE and the like stand for what podwire was not told. */
  commands: z.array(z.string()),
});
/** One step of the safe order. */
export type SwitchStep = z.infer<typeof stepSchema>;

/** Schema of {@link RenderDiff}. */
export const renderDiffSchema = z.object({
  schema: z.literal(RENDER_DIFF_SCHEMA),
  target: z.string(),
  variant: z.string(),
  /** The folder, or the context of the kubeconfig. */
  against: z.object({ kind: z.enum(["folder", "cluster"]), name: z.string() }),
  /** The variant, or the backend, that is there now; absent where nothing says so. */
  before: z.string().optional(),
  documents: z.array(documentSchema),
  /** From the first step to the last; empty where nothing would change. */
  order: z.array(stepSchema),
});
/** What `render --diff` says. */
export type RenderDiff = z.infer<typeof renderDiffSchema>;
