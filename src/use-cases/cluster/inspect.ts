/**
 * What a cluster's network is, as seen from pods that are made for the purpose and removed again.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Inspection } from "../../model/inspection.js";
import type { PathName } from "../../model/path.js";
import { randomFrom } from "../../statistics/random.js";
import { milliseconds } from "../../units/quantity.js";
import { freshRunId } from "../../venues/cluster/objects/run-labels.js";
import type { Say, UseCaseContext } from "../context.js";
import { bringUp } from "./bring-up.js";
import { inspectDeep } from "./deep.js";
import { type Lived, unlessInterrupted, withObjects } from "./lifetime.js";
import { inspectWith } from "./look.js";
import { askable } from "./measuring.js";
import { DEEP_NOTICE, prepareRun } from "./preparation.js";
import type { ClusterRequest } from "./request.js";
import { requireRights } from "./rights.js";

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
  say: Say,
): Promise<Lived<Inspection>> {
  const { clock } = context.machine;
  const { host, namespace } = request;
  const need = { use: "inspect", host, services: false, pods: true, ...(namespace === undefined ? {} : { namespace }) } as const;
  await requireRights(kubernetes, need, say);
  const random = randomFrom(clock.now().getTime() % 2 ** 31);
  const draw = (below: number): number => random.integer(below);
  const prepared = await prepareRun(kubernetes, request, { run: freshRunId(draw), version: context.version, now: clock.now() });
  const { plan } = prepared;
  for (const sentence of prepared.choice?.reasons ?? []) say(sentence);
  if (plan.deep) say(DEEP_NOTICE);
  return withObjects({ kubernetes, plan, keep: false, context, say }, async () => {
    const agents = await bringUp({ kubernetes, prepared, draw }, context, { waiting: once(say) });
    try {
      const inspection = await unlessInterrupted(inspectWith(kubernetes, askable(agents)), context);
      if (!request.deep) return inspection;
      const pause = async (): Promise<void> => unlessInterrupted(clock.sleep(BETWEEN_READINGS), context);
      const { deep } = await inspectDeep(kubernetes, plan, context, pause);
      return { ...inspection, deep };
    } finally {
      await agents.close();
    }
  });
}

/** Says each sentence once. */
function once(say: Say): Say {
  const said = new Set<string>();
  return (sentence) => {
    if (said.has(sentence)) return;
    said.add(sentence);
    say(sentence);
  };
}
