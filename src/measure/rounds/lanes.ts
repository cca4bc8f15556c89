/**
 * A lane is one workload on one path: what a round visits. Lanes that are compared with the same path stand in a group with it.
 * @packageDocumentation
 */
import { type WorkloadName, workload } from "../../model/metric.js";
import { baselineOf, isBaseline } from "../../model/path.js";
import type { Scenario } from "../../model/scenario.js";
import type { Path } from "../../venues/contract.js";
import { HOST_PATH, type MeasuredPath, pathKey, samePath } from "../cells/campaign-record.js";
import { type Built, whyAbsent } from "../cells/comparisons.js";

/** One workload on one path. */
export interface Lane {
  readonly workload: WorkloadName;
  readonly path: Path;
  /** Key of the path whose open cells keep it in the rounds: its own, except for a mode's own nodes, which stay as long as its pods do. */
  readonly keptBy: string;
}

/** Lanes with the one that they are compared with. */
export interface LaneGroup {
  /** Undefined where there is none: its subjects then have figures and no ratios. */
  readonly baseline: Lane | undefined;
  readonly subjects: readonly Lane[];
}

/** The lanes of one workload by their baselines. A baseline that nothing is compared with is measured for its own sake. */
export function lanesOf(name: WorkloadName, scenario: Scenario, paths: readonly Path[], built: Built): LaneGroup[] {
  const link = scenario.linkBitsPerSecond === null ? "open" : workload(name).link;
  const able = paths.filter((path) => path.link === link && whyAbsent(scenario, built, measuredPath(path), name) === undefined);
  return scenario.venue === "lab" ? ofModes(name, scenario, able) : ofPaths(name, able);
}

/** One group: the bare host, each mode's pods, and when asked for each mode's own nodes. Without the host there is nothing to be compared. */
function ofModes(workload: WorkloadName, scenario: Scenario, paths: readonly Path[]): LaneGroup[] {
  const host = paths.find((path) => samePath(measuredPath(path), HOST_PATH));
  if (host === undefined) return [];
  const pods = paths.filter((path) => path.name === "pod-pod");
  const ownNodes = scenario.configuredBaseline ? paths.filter((path) => path !== host && path.name === "host-host") : [];
  const subjects = [...pods, ...ownNodes].map((path) => lane(workload, path, { mode: path.mode, path: "pod-pod" }));
  return [{ baseline: lane(workload, host), subjects }];
}

function ofPaths(workload: WorkloadName, paths: readonly Path[]): LaneGroup[] {
  const subjectsOf = (name: string): Lane[] =>
    paths.filter((path) => !isBaseline(path.name) && baselineOf(path.name) === name).map((path) => lane(workload, path));
  return (["host-host", "host-host-local"] as const)
    .map((name) => {
      const path = paths.find((one) => one.name === name);
      return { baseline: path === undefined ? undefined : lane(workload, path), subjects: subjectsOf(name) };
    })
    .filter(({ baseline, subjects }) => baseline !== undefined || subjects.length > 0);
}

/** A path as observations name it. */
export const measuredPath = ({ mode, name }: Path): MeasuredPath => ({ mode, path: name });

const lane = (workload: WorkloadName, path: Path, keptBy: MeasuredPath = measuredPath(path)): Lane => ({
  workload,
  path,
  keptBy: pathKey(keptBy),
});

/** Every lane of a group, its baseline first. */
export const lanesIn = ({ baseline, subjects }: LaneGroup): readonly Lane[] =>
  baseline === undefined ? subjects : [baseline, ...subjects];
