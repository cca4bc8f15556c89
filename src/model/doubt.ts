/**
 * Doubts: what speaks against a figure, found in the evidence that its own observations carry.
 * @packageDocumentation
 */
import { z } from "zod";

/** Names of all checks; they stand in summaries and in docs/distrust.md. */
export const CHECKS = [
  "clock",
  "interrupted",
  "standstill",
  "mtu",
  "congestion-control",
  "tools-disagree",
  "undrained",
  "throttled",
  "steal",
  "neighbours",
  "tracking",
  "link-rate",
  "encapsulation",
  "host-noise",
  "restart-effect",
  "drift",
  "udp-loss",
  "losses",
  "generator-bound",
  "cpu-bound",
  "retransmissions",
  "small-window",
  "faster-than-host",
] as const;
/** One of {@link CHECKS}. */
export type CheckName = (typeof CHECKS)[number];

const evidenceSchema = z.object({
  what: z.string(),
  value: z.number(),
  /** Unit of `value`; `share` is a fraction of one, `ratio` has none. */
  unit: z.string(),
});

/** Schema of a {@link Flag}. */
export const flagSchema = z.object({
  check: z.enum(CHECKS),
  /** What was seen, with its figures, and what it means for the cell. */
  sentence: z.string(),
  /** The figures that the check judged by. */
  evidence: z.array(evidenceSchema),
});
/** A doubt that leaves the figure standing. */
export type Flag = z.infer<typeof flagSchema>;

/** What a check has to say against a cell: `flag` leaves the figure standing, `refuse` takes it away. */
export type Doubt = Flag & { readonly severity: "flag" | "refuse" };
