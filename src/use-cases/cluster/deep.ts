/**
 * The privileged look at a run's nodes, begun before something happens and ended after it.
 * @packageDocumentation
 */
import { nodeFacts } from "../../inspection/deep/node-facts.js";
import type { LookedAtNode } from "../../inspection/with-deep.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import { beginLook, endLook, type RunOnNode } from "../../venues/cluster/facts/deep-look.js";
import { deepPods } from "../../venues/cluster/facts/deep-pod.js";
import { runOnce } from "../../venues/cluster/facts/run-once.js";
import type { ClusterPlan, PlannedObject } from "../../venues/cluster/objects/plan.js";
import { CONTAINER } from "../../venues/cluster/objects/pod-spec.js";
import type { UseCaseContext } from "../context.js";
import { unlessInterrupted } from "./lifetime.js";

/** What the look saw, and what came of what lay between its two readings of the counters. */
export interface LookedAround<T> {
  readonly deep: readonly LookedAtNode[];
  readonly result: T;
}

/**
 * Looks at a run's nodes with rights over them, by its privileged pods. Between the two readings of their counters lies what `between` does.
 * @throws what `between` throws, InterruptedError when it is interrupted before that
 */
export async function inspectDeep<T>(
  kubernetes: Kubernetes,
  plan: ClusterPlan,
  context: UseCaseContext,
  between: () => Promise<T>,
): Promise<LookedAround<T>> {
  const nodes = nodeRunners(kubernetes, plan);
  const looks = await unlessInterrupted(Promise.all(nodes.map(async (one) => ({ ...one, begun: await beginLook(one.run) }))), context);
  const result = await between();
  const deep = await Promise.all(looks.map(async ({ node, run, begun }) => ({ node, ...nodeFacts(await endLook(run, begun)) })));
  return { deep, result };
}

/** How commands are run on each of a plan's nodes, by its privileged pods. */
export const nodeRunners = (kubernetes: Kubernetes, plan: ClusterPlan): readonly { readonly node: string; readonly run: RunOnNode }[] =>
  deepPods(plan).map(({ pod, node }) => ({ node, run: runnerIn(kubernetes, pod) }));

function runnerIn(kubernetes: Kubernetes, { object: { metadata } }: PlannedObject): RunOnNode {
  const target = { namespace: metadata.namespace ?? "", pod: metadata.name, container: CONTAINER };
  return async (argv) => runOnce(kubernetes, { ...target, argv });
}
