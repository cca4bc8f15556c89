/**
 * Pods that are made to look at a network through them, and removed again.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { ClusterAgents } from "../../venues/cluster/cluster-session.js";
import type { ClusterPlan } from "../../venues/cluster/objects/plan.js";
import type { ClusterNeed } from "../../venues/cluster/rights/rights.js";
import type { Listener, Say, UseCaseContext } from "../context.js";
import { bringUp } from "./bring-up.js";
import { type Lived, withObjects } from "./lifetime.js";
import { newRun } from "./new-run.js";
import { DEEP_NOTICE, prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";
import { requireRights } from "./rights.js";

/** Which pods, and the rights that it takes. */
export interface AskedThroughPods {
  readonly kubernetes: Kubernetes;
  readonly request: ClusterRequest;
  readonly need: ClusterNeed;
}

/** Pods whose agents take orders. */
export interface PodsThere {
  readonly agents: ClusterAgents;
  readonly plan: ClusterPlan;
}

/**
 * Makes the pods of a request, does something through them, and removes them.
 * @throws what the body throws, once everything is removed; InterruptedError when it is interrupted, RunError with what the cluster says
 */
export async function throughPods<T>(
  { kubernetes, request, need }: AskedThroughPods,
  context: UseCaseContext,
  { say, progress }: Listener,
  body: (there: PodsThere) => Promise<T>,
): Promise<Lived<T>> {
  await requireRights(kubernetes, need, say);
  const { preparer, draw } = newRun(context);
  const prepared = await prepareRun(kubernetes, request, preparer);
  const { plan } = prepared;
  for (const sentence of prepared.choice?.reasons ?? []) say(sentence);
  if (plan.deep) say(DEEP_NOTICE);
  return withObjects({ kubernetes, plan, keep: false, context, say }, async () => {
    const agents = await bringUp({ kubernetes, prepared, draw }, context, { waiting: once(progress) });
    try {
      return await body({ agents, plan });
    } finally {
      await agents.close();
    }
  });
}

/** Says each sentence once. */
export function once(say: Say): Say {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    say(sentence);
  };
}
