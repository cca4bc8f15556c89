import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { type ClusterNeed, missingRights, missingSentence, refusalOf } from "../../venues/cluster/rights/rights.js";
import type { Say } from "../context.js";
import { RunError } from "../errors.js";

/**
 * Asks for every right before anything is made, and says which optional ones are missing.
 * @throws RunError when something is missing without which nothing is begun
 */
export async function requireRights(kubernetes: Kubernetes, need: ClusterNeed, say: Say): Promise<void> {
  const missing = await missingRights(kubernetes, need);
  const refusal = refusalOf(missing, need);
  if (refusal !== undefined) throw new RunError(refusal);
  for (const right of missing) say(missingSentence(right));
}
