/**
 * A lane is one workload on one path: what a round visits. Lanes that are compared with the same path stand in a group with it.
 * @packageDocumentation
 */
import type { Comparison } from "../../model/comparison.js";
import { type WorkloadName, workload } from "../../model/metric.js";
import { type MeasuredPath, pathKey, samePath } from "../../model/path.js";
import type { Path } from "../../venues/contract.js";
import { type Planned, whyAbsent } from "../cells/comparisons.js";

/** One workload on one path. */
export interface Lane {
  readonly workload: WorkloadName;
  readonly path: Path;
  /** Key of the path whose open cells keep it in the rounds: its own, except for a mode's own nodes, which stay as long as its pods do. */
  readonly stayKey: string;
}

/** Lanes with the one that they are compared with. */
export interface LaneGroup {
  /** Undefined where there is none: its subjects then have figures and no ratios. */
  readonly baseline: Lane | undefined;
  readonly subjects: readonly Lane[];
}

/** The lanes of one workload by what they are compared with first. What is compared with nothing is measured for its own sake. */
export function lanesOf(name: WorkloadName, planned: Planned, paths: readonly Path[]): LaneGroup[] {
  const { scenario, comparisons } = planned;
  const link = scenario.linkBitsPerSecond === null ? "open" : workload(name).link;
  const able = paths.filter((path) => path.link === link && whyAbsent(planned, measuredPath(path), name) === undefined);
  const groups = new Map<string, LaneGroup>();
  for (const wanted of planned.paths) {
    const path = able.find((one) => samePath(measuredPath(one), wanted));
    if (path === undefined) continue;
    const first = comparisons.find(({ numerator }) => samePath(numerator, wanted));
    const key = pathKey(first?.denominator ?? wanted);
    const group = groups.get(key) ?? { baseline: undefined, subjects: [] };
    const own: Lane = { workload: name, path, stayKey: pathKey(staysWith(wanted, comparisons)) };
    groups.set(key, first === undefined ? { ...group, baseline: own } : { ...group, subjects: [...group.subjects, own] });
  }
  return [...groups.values()];
}

/** The path whose open cells keep a path in the rounds. */
function staysWith(path: MeasuredPath, comparisons: readonly Comparison[]): MeasuredPath {
  return comparisons.find(({ denominator, decides }) => !decides && samePath(denominator, path))?.numerator ?? path;
}

/** A path as observations name it. */
export const measuredPath = ({ mode, name }: Path): MeasuredPath => ({ mode, path: name });

/** Every lane of a group, its baseline first. */
export const lanesIn = ({ baseline, subjects }: LaneGroup): readonly Lane[] =>
  baseline === undefined ? subjects : [baseline, ...subjects];
