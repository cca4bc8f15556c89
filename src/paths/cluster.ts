/**
 * A cluster's paths: each stands against the hosts' own that stays on one node, or does not, as it does itself (decision 11).
 * @packageDocumentation
 */
import { baselineOf, isBaseline } from "../model/path.js";
import type { PathPlan, RunPath } from "../model/run.js";
import type { ClusterScenario } from "../model/scenario.js";

/** What a cluster's run measures, given what became of each of its paths. */
export function clusterPaths({ modes: [mode = "unknown"] }: ClusterScenario, places: readonly Omit<RunPath, "mode">[]): PathPlan {
  return {
    paths: places.map((place) => ({ ...place, mode })),
    comparisons: places
      .filter(({ path }) => !isBaseline(path))
      .map(({ path }) => ({
        numerator: { mode, path },
        denominator: { mode, path: baselineOf(path) },
        baseline: "host",
        label: path,
        decides: true,
      })),
  };
}
