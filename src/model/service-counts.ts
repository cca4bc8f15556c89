/**
 * A cluster with more and more Services: how close the path to one of them stays to the hosts.
 * @packageDocumentation
 */
import { z } from "zod";

const figureSchema = z.object({
  metric: z.string(),
  /** The median ratio of the path `pod-service` to the same run's `host-host`; null when there is none, which `reason` explains. */
  median: z.number().nullable(),
  /** Its 95 % interval; null below 3 rounds. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Rounds behind it. */
  n: z.number().int().nonnegative(),
  reason: z.string().optional(),
});
/** One metric at one number of Services. */
export type ServiceFigure = z.infer<typeof figureSchema>;

const pointSchema = z.object({
  /** Services that were made for it, beside the measured one and those that the cluster has anyway. */
  services: z.number().int().nonnegative(),
  /** Seconds that making them took, which no budget counts; absent where none were made, or not all. */
  seconds: z.number().nonnegative().optional(),
  /** Why there is nothing, or not all; absent where there is. */
  reason: z.string().optional(),
  figures: z.array(figureSchema),
});
/** One number of Services. */
export type ServicePointInCluster = z.infer<typeof pointSchema>;

/** Schema of {@link ServiceCounts}. */
export const serviceCountsSchema = z.array(pointSchema);
/** Figures by the number of Services, ascending. */
export type ServiceCounts = z.infer<typeof serviceCountsSchema>;
