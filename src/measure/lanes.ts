/**
 * A lane is one workload on one path: what a round visits.
 * @packageDocumentation
 */
import { type WorkloadName, workload } from "../model/metric.js";
import type { Scenario } from "../model/scenario.js";
import type { Path } from "../venues/contract.js";

/** What a lane is for: the bare baseline, the mode's own nodes as second baseline, or the mode's pods. */
export type LaneRole = "host" | "configured" | "pod";

/** One workload on one path. */
export interface Lane {
  readonly workload: WorkloadName;
  readonly path: Path;
  readonly role: LaneRole;
}

/** Workloads that a mode's pod path cannot carry, by mode: the reason by workload. */
export type UnsupportedWorkloads = Readonly<Record<string, Readonly<Partial<Record<WorkloadName, string>>>>>;

/** The lanes of one workload: the host first, then each mode's pods and, when asked for, its own nodes. */
export function lanesOf(name: WorkloadName, scenario: Scenario, paths: readonly Path[], unsupported: UnsupportedWorkloads): Lane[] {
  const link = scenario.linkBitsPerSecond === null ? "open" : workload(name).link;
  return paths
    .filter((path) => path.link === link)
    .map((path) => ({ workload: name, path, role: roleOf(path) }))
    .filter((lane) => lane.role !== "configured" || scenario.configuredBaseline)
    .filter((lane) => lane.role !== "pod" || unsupported[lane.path.mode]?.[name] === undefined)
    .sort((a, b) => RANK[a.role] - RANK[b.role]);
}

const RANK = { host: 0, pod: 1, configured: 2 } as const;

function roleOf(path: Path): LaneRole {
  if (path.mode === "host") return "host";
  return path.name === "pod-pod" ? "pod" : "configured";
}
