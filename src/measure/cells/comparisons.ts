/**
 * Which paths of a run are compared with which, by venue. In the lab each mode's pods stand against the bare host, and where asked against their own
 * nodes; in a cluster each path stands against the hosts' path that stays on one node, or does not, as it does itself.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import { baselineOf, isBaseline } from "../../model/path.js";
import type { Run } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import type { CellRatio } from "../../model/summary.js";
import { leftOutByCap } from "../observing/cap.js";
import { HOST_PATH, type MeasuredPath } from "./campaign-record.js";

/** What of a run could be built: its modes and, in a cluster, its paths. */
export type Built = Pick<Run, "modes" | "paths">;

/** Two paths that are compared inside rounds. */
export interface Comparison {
  readonly numerator: MeasuredPath;
  readonly denominator: MeasuredPath;
  /** What the denominator is to the numerator. */
  readonly baseline: CellRatio["baseline"];
  /** Whether it says when measuring of the numerator may end. Others are looked at when all is over. */
  readonly decides: boolean;
}

/** Why a path has no figure of a workload. */
export interface Absence {
  readonly status: "unsupported" | "failed";
  readonly reason: string;
}

/** Every comparison of a workload, in table order. */
export function comparisonsOf(scenario: Scenario, built: Built, workload: WorkloadName): readonly Comparison[] {
  const there = ({ numerator, denominator }: Comparison): boolean =>
    [numerator, denominator].every((path) => whyAbsent(scenario, built, path, workload) === undefined);
  return (scenario.venue === "lab" ? ofModes(scenario) : ofPaths(scenario)).filter(there);
}

function ofModes({ modes, configuredBaseline }: Scenario): Comparison[] {
  return modes
    .filter((mode) => mode !== HOST_PATH.mode)
    .flatMap((mode) => {
      const pods: MeasuredPath = { mode, path: "pod-pod" };
      const ownNodes: MeasuredPath = { mode, path: "host-host" };
      const decisive: Comparison = { numerator: pods, denominator: HOST_PATH, baseline: "host", decides: true };
      if (!configuredBaseline) return [decisive];
      return [
        decisive,
        { numerator: pods, denominator: ownNodes, baseline: "host-configured", decides: false },
        { numerator: ownNodes, denominator: HOST_PATH, baseline: "host", decides: false },
      ];
    });
}

function ofPaths(scenario: Scenario): Comparison[] {
  return pathsOf(scenario)
    .filter(({ path }) => !isBaseline(path))
    .map((numerator) => {
      const denominator = { mode: numerator.mode, path: baselineOf(numerator.path) };
      return { numerator, denominator, baseline: "host", decides: true };
    });
}

/** The paths that a cluster's run was asked for; none of a lab's, whose modes say it. */
export function pathsOf(scenario: Scenario): readonly MeasuredPath[] {
  const [mode = "unknown"] = scenario.modes;
  return scenario.venue === "cluster" ? scenario.paths.map((path) => ({ mode, path })) : [];
}

/** Why a path cannot have figures of a workload; undefined where it can. */
export function whyAbsent(scenario: Scenario, built: Built, { mode, path }: MeasuredPath, workload: WorkloadName): Absence | undefined {
  const ownMode = built.modes.find((one) => one.mode === mode);
  if (scenario.venue === "lab" && mode === HOST_PATH.mode && ownMode === undefined) return undefined;
  const places = scenario.venue === "lab" ? [ownMode] : [ownMode, built.paths?.find((one) => one.path === path)];
  for (const place of places) {
    if (place === undefined)
      return { status: "unsupported", reason: scenario.venue === "lab" ? `${mode} was not built` : `${path} was not asked for` };
    if (place.status !== "built") return { status: place.status, reason: place.reason ?? "no reason was recorded" };
    // In the lab what a mode cannot carry is about its pods.
    const cannot = scenario.venue === "lab" && path !== "pod-pod" ? undefined : place.unsupportedWorkloads?.[workload];
    if (cannot !== undefined) return { status: "unsupported", reason: cannot };
  }
  const leftOut = leftOutByCap(scenario, workload);
  return leftOut === undefined ? undefined : { status: "unsupported", reason: leftOut };
}
