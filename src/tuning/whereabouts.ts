/**
 * Whether a change was made in the namespace that podwire is in now. Pure.
 * @packageDocumentation
 */
import type { NodeFacts } from "./facts.js";
import type { ApplyRecord } from "./journal/record.js";

/** Where podwire is. */
export type Here = Pick<NodeFacts, "boot" | "namespace" | "loopback">;

/** `untold` where the inode alone is known of one of the two, and the kernel may have given it again since. Where it is all that is known of both, it alone tells. */
type Whereabouts = "here" | "untold" | "other boot" | "other namespace";

/** Where a change was made, seen from here. */
export function whereaboutsOf(
  { boot, namespace, loopback }: Pick<ApplyRecord, "boot" | "namespace" | "loopback">,
  here: Here,
): Whereabouts {
  if (boot !== here.boot) return "other boot";
  if (namespace !== here.namespace) return "other namespace";
  if (loopback === here.loopback) return "here";
  return loopback === undefined || here.loopback === undefined ? "untold" : "other namespace";
}
