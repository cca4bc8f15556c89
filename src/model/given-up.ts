/**
 * What a run stopped observing before its cells were decided, because it failed again and again.
 * @packageDocumentation
 */
import { z } from "zod";
import { WAYS } from "./campaign.js";
import { WORKLOADS } from "./metric.js";
import { PATH_NAMES } from "./path.js";

/** Schema of {@link GivenUp}. */
export const givenUpSchema = z.object({
  workload: z.enum(WORKLOADS),
  /** How it was observed; the same workload may go on by another way. */
  how: z.enum(WAYS),
  mode: z.string(),
  path: z.enum(PATH_NAMES),
  /** The last failure; of a path that was given up with what it is compared with, that one's. */
  reason: z.string(),
  /** Seconds from the start of the run. */
  at: z.number().nonnegative(),
});
/** One workload on one path, observed in one way, that was given up. */
export type GivenUp = z.infer<typeof givenUpSchema>;
