import type { PathPlan, RunFile, RunPath } from "../model/run.js";
import { clusterPaths } from "./cluster.js";
import { labPaths } from "./lab.js";

/** What paths follow from. */
type OfFile = Pick<RunFile, "scenario" | "modes" | "paths" | "comparisons">;

/** The paths and comparisons of a run from its file; those of an older file follow from its venue, as they did when it was made. */
export function pathsOfFile({ scenario, modes, paths = [], comparisons }: OfFile): PathPlan {
  const derived = scenario.venue === "lab" ? labPaths(scenario, modes) : clusterPaths(scenario, paths);
  const named = paths.filter((path): path is RunPath => path.mode !== undefined);
  return { paths: named.length > 0 ? named : derived.paths, comparisons: comparisons ?? derived.comparisons };
}
