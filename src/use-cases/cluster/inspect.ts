/**
 * What a cluster's network is, as seen from pods that are made for the purpose and removed again.
 * @packageDocumentation
 */
import { withDeep } from "../../inspection/with-deep.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Inspection } from "../../model/inspection.js";
import type { PathName } from "../../model/path.js";
import { milliseconds } from "../../units/quantity.js";
import type { Listener, UseCaseContext } from "../context.js";
import { inspectDeep } from "./deep.js";
import { type Lived, unlessInterrupted } from "./lifetime.js";
import { judgedWith } from "./look.js";
import { askable } from "./measuring.js";
import type { ClusterRequest } from "./request.js";
import { throughPods } from "./through-pods.js";

/** One pod on each node's own network, and on each node pods on the pod network: as many as it takes to see both ways between nodes. */
export const INSPECTED_PATHS: readonly PathName[] = ["host-host", "host-host-local", "pod-pod", "pod-pod-local"];
/** Pods end by themselves two minutes after these. */
export const INSPECTION_SECONDS = 60;
/** Time between the two readings of counters. */
const BETWEEN_READINGS = milliseconds(5_000);

/**
 * Makes pods, asks them, and removes them.
 * @throws InterruptedError when it is interrupted, RunError with what the cluster says
 */
export async function inspectThroughPods(
  kubernetes: Kubernetes,
  request: ClusterRequest,
  context: UseCaseContext,
  listener: Listener,
): Promise<Lived<Inspection>> {
  const { host, namespace } = request;
  const need = { use: "inspect", host, services: false, pods: true, ...(namespace === undefined ? {} : { namespace }) } as const;
  return throughPods({ kubernetes, request, need }, context, listener, async ({ agents, plan }) => {
    const judged = await unlessInterrupted(judgedWith(kubernetes, askable(agents)), context);
    if (!request.deep) return judged();
    const pause = async (): Promise<void> => unlessInterrupted(context.machine.clock.sleep(BETWEEN_READINGS), context);
    const { deep } = await inspectDeep(kubernetes, plan, context, pause);
    return withDeep(judged, deep);
  });
}
