/**
 * Which path of a lab's mode stands for it.
 * @packageDocumentation
 */
import type { PathName } from "./path.js";
import type { Summary } from "./summary.js";

/** What is asked of a mode of a summary. */
type Shown = Pick<Summary["modes"][number], "cells">;

/**
 * The path by which a mode is shown, scored and ranked in a metric: that to its Service where a layer carries Services and the metric has it, else that from pod
 * to pod. Echo requests and raw frames have no Service.
 */
export function shownPath({ cells }: Shown, metric: string): PathName {
  const toService = cells.find((cell) => cell.path === "pod-service" && cell.metric === metric);
  return toService === undefined || toService.status === "unsupported" ? "pod-pod" : "pod-service";
}

/** Whether a mode is measured by a Service's address too. */
export const hasServicePath = ({ cells }: Shown): boolean => cells.some(({ path }) => path === "pod-service");
