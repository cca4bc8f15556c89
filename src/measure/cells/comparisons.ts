/**
 * Which comparisons of a run can be made for a workload, and why others cannot.
 * @packageDocumentation
 */
import type { Comparison } from "../../model/comparison.js";
import type { WorkloadName } from "../../model/metric.js";
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { PathPlan, Run } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import { leftOutByCap } from "../observing/cap.js";
import type { NoFigure } from "./figure.js";

/** What is asked and what can be measured. */
export interface Planned extends PathPlan {
  readonly scenario: Scenario;
  /** As in {@link Run}. */
  readonly partEnds?: Run["partEnds"];
}

/** Every comparison of a workload whose two paths can carry it, in table order. */
export function comparisonsOf(planned: Planned, workload: WorkloadName): readonly Comparison[] {
  return planned.comparisons.filter(({ numerator, denominator }) =>
    [numerator, denominator].every((path) => whyAbsent(planned, path, workload) === undefined),
  );
}

/** Why a path cannot have figures of a workload; undefined where it can. */
export function whyAbsent({ scenario, paths }: Planned, wanted: MeasuredPath, workload: WorkloadName): NoFigure | undefined {
  const path = paths.find((one) => samePath(one, wanted));
  if (path === undefined) return { status: "unsupported", reason: `${wanted.path} was not asked for` };
  if (path.status !== "built") return { status: path.status, reason: path.reason ?? "no reason was recorded" };
  const reason = path.unsupportedWorkloads?.[workload] ?? leftOutByCap(scenario, workload);
  return reason === undefined ? undefined : { status: "unsupported", reason };
}
