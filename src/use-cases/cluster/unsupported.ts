/**
 * What a path of a cluster cannot carry in a run.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import type { PathName } from "../../model/path.js";
import { unsupportedOn } from "../../model/path-limits.js";
import { probeFor } from "../../probes/index.js";
import { initialSizing } from "../../probes/sizing.js";
import { whyNotOn } from "../../venues/agent/allowed-cpus.js";
import { endsOf } from "../../venues/cluster/objects/layout.js";

/**
 * Workloads that a path cannot carry, with the reason: by what the path is, or because a tool binds itself to a CPU that its pod may not use, as where kubelet's
 * CPU manager or the node's own cpuset leaves it out.
 * @param allowedCpus - the kernel's list of the CPUs that the sending pod may use; undefined where it is not known
 */
export function unsupportedIn(
  path: PathName,
  workloads: readonly WorkloadName[],
  allowedCpus: string | undefined,
): Readonly<Record<string, string>> {
  const limited = { who: `pod ${endsOf(path).from}`, by: "its cpuset" };
  const reasons = workloads.flatMap((workload) => {
    const probe = probeFor(workload, initialSizing());
    const bound = probe.kind === "trial" ? probe.boundTo : undefined;
    const reason = unsupportedOn(path)[workload] ?? (bound && whyNotOn(bound, allowedCpus, limited));
    return reason === undefined ? [] : [[workload, reason] as const];
  });
  return Object.fromEntries(reasons);
}
