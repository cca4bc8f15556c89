/**
 * What can be rendered: the schema of `podwire/targets@1`.
 * @packageDocumentation
 */
import { z } from "zod";

/** Schema name and version. */
export const TARGETS_SCHEMA = "podwire/targets@1";

/** Schema of {@link TargetList}. */
export const targetListSchema = z.object({
  schema: z.literal(TARGETS_SCHEMA),
  targets: z.array(
    z.object({
      target: z.string(),
      /** What it is, one clause. */
      title: z.string(),
      /** Modes, and modes with one layer that it renders: `gce+kube-proxy-nftables`. */
      variants: z.array(z.string()),
      /** Who accepts its documents. */
      checker: z.string(),
      /** `run`: what they are for was started from them; `parsed`: read by the checker alone. */
      checked: z.enum(["parsed", "run", "not here"]),
      /** Why no more than that. */
      why: z.string().optional(),
    }),
  ),
});
/** Every target and how its documents are checked. */
export type TargetList = z.infer<typeof targetListSchema>;
