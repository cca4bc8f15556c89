/**
 * Which paths of a run are compared with which, as data: a venue's resolver (`src/paths/`) says it once, and measuring, stopping and reporting read it.
 * @packageDocumentation
 */
import { z } from "zod";
import { type MeasuredPath, measuredPathSchema, samePath } from "./path.js";

/** What a path can be compared with: the bare host (in a cluster the hosts' own path), or its mode's own nodes with all of their rules. */
export const BASELINES = ["host", "host-configured"] as const;

/** Schema of {@link Comparison}. */
export const comparisonSchema = z.object({
  numerator: measuredPathSchema,
  denominator: measuredPathSchema,
  /** What the denominator is to the numerator. */
  baseline: z.enum(BASELINES),
  /** What it is called where it stands in a list: the mode in the lab, the path in a cluster. */
  label: z.string(),
  /** Whether it decides when its numerator stops being measured. Others are looked at when all is over. */
  decides: z.boolean(),
});
/**
 * Two paths that are compared inside rounds. The first comparison of a numerator is its ratio. A denominator may be another's numerator, so that a chain
 * of them is a ladder.
 */
export type Comparison = z.infer<typeof comparisonSchema>;

/** Whether a path is compared, but no comparison that decides needs it: a mode's own nodes. */
export function isBeside(comparisons: readonly Comparison[], path: MeasuredPath): boolean {
  const own = comparisons.filter(({ numerator, denominator }) => samePath(numerator, path) || samePath(denominator, path));
  return own.length > 0 && !own.some(({ decides }) => decides);
}
