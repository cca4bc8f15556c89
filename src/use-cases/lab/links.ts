import { type LinkKind, workload } from "../../model/metric.js";
import type { LabScenario } from "../../model/scenario.js";

/** The links of which a scenario builds a copy of each mode; none where it measures nothing. */
export function linksOf({
  workloads,
  linkBitsPerSecond,
  noDrop,
}: Pick<LabScenario, "workloads" | "linkBitsPerSecond" | "noDrop">): ReadonlySet<LinkKind> {
  const links = new Set<LinkKind>(workloads.map((name) => (linkBitsPerSecond === null ? "open" : workload(name).link)));
  return noDrop === undefined ? links : links.add("open");
}
