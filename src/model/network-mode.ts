import type { Run } from "./run.js";

/**
 * The mode of a cluster's network, or `unknown`. What its nodes' programs showed at the end of a run (`--deep`) may take away the name that it was begun
 * under, or give it one.
 */
export const networkMode = ({ inspection, scenario }: Pick<Run, "inspection" | "scenario">): string =>
  inspection?.mode ?? scenario.modes[0] ?? "unknown";
