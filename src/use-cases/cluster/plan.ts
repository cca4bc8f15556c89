import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Right } from "../../venues/cluster/rights/right.js";
import { type MissingRight, missingRights, rightsFor } from "../../venues/cluster/rights/rights.js";
import type { UseCaseContext } from "../context.js";
import { newRun } from "./new-run.js";
import { needOf, type Preparation, prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";

/** What a run would do, and what the caller lacks for it. */
export interface PlannedCluster {
  readonly prepared: Preparation;
  readonly rights: readonly Right[];
  readonly missing: readonly MissingRight[];
}

/**
 * Resolves a request against the cluster and creates nothing. Missing rights are a part of the plan.
 * @throws RunError as {@link prepareRun}
 */
export async function planCluster(kubernetes: Kubernetes, request: ClusterRequest, context: UseCaseContext): Promise<PlannedCluster> {
  const need = needOf(request);
  const missing = await missingRights(kubernetes, need);
  const { run, version, now } = newRun(context).preparer;
  // A plan is no process's: nothing of it has to be cleaned up.
  const prepared = await prepareRun(kubernetes, request, { run, version, now });
  return { prepared, rights: rightsFor(need), missing };
}
