import { z } from "zod";

/** Schema of {@link Counts}. */
export const countsSchema = z.object({
  offered: z.number().optional(),
  forwarded: z.number().optional(),
  lost: z.number().optional(),
  failed: z.number().optional(),
});
/** Frames, datagrams, echo requests or HTTP requests, each where it was counted. */
export type Counts = z.infer<typeof countsSchema>;

/**
 * Share of what was offered that arrived or was answered whole, 0 to 1; undefined where nothing was offered, or nothing counted what became of it. What was
 * forwarded decides where it was counted: a frame that arrives after its time slice is lost to that slice, and forwarded in the next one.
 */
export function deliveredShare({ offered = 0, forwarded, lost, failed }: Counts): number | undefined {
  const uncounted = lost === undefined && failed === undefined;
  const arrived = forwarded ?? (uncounted ? undefined : offered - (lost ?? 0) - (failed ?? 0));
  return offered > 0 && arrived !== undefined ? Math.min(1, Math.max(0, arrived / offered)) : undefined;
}
