import { nodeFacts } from "../inspection/deep/node-facts.js";
import type { Kubernetes, ObjectRef } from "../machine/kubernetes/port.js";
import type { Inspection } from "../model/inspection.js";
import { milliseconds } from "../units/quantity.js";
import { lookDeep } from "../venues/cluster/deep-look.js";
import { deepPod } from "../venues/cluster/deep-pod.js";
import { untilGone } from "../venues/cluster/gone.js";
import type { ClusterPlan, PlannedObject } from "../venues/cluster/manifests.js";
import { CONTAINER } from "../venues/cluster/pod-spec.js";
import { runOnce } from "../venues/cluster/run-once.js";
import { waitForPods } from "../venues/cluster/wait.js";
import { unlessInterrupted } from "./cluster-lifetime.js";
import type { CliContext } from "./context.js";

/** Time between the two readings of counters. */
const BETWEEN_READINGS = milliseconds(5_000);

/**
 * Looks at the plan's nodes with rights over them: a privileged pod on each, removed again at once.
 * @throws KubernetesError with the server's words where such pods are not admitted
 */
export async function inspectDeep(
  kubernetes: Kubernetes,
  plan: ClusterPlan,
  context: CliContext,
): Promise<NonNullable<Inspection["deep"]>> {
  const pods = (["a", "b"] as const).flatMap((letter) => {
    const pod = deepPod(plan, letter);
    const node = plan.nodes[letter];
    return pod === undefined || node === undefined ? [] : [{ pod, node: node.name }];
  });
  const { clock } = context.machine;
  try {
    for (const { pod } of pods) await kubernetes.create(pod.type, pod.object);
    const names = pods.map(({ pod }) => pod.object.metadata.name);
    const awaited = { run: plan.run, namespace: plan.namespace.name, pods: names };
    await unlessInterrupted(waitForPods(awaited, { kubernetes, clock, signal: context.interrupted, onReason: () => undefined }), context);
    return await unlessInterrupted(
      Promise.all(pods.map(async ({ pod, node }) => ({ node, ...(await look(kubernetes, pod, context)) }))),
      context,
    );
  } finally {
    await remove(
      kubernetes,
      pods.map(({ pod }) => pod),
      context,
    );
  }
}

async function look(kubernetes: Kubernetes, { object: { metadata } }: PlannedObject, { machine }: CliContext) {
  const target = { namespace: metadata.namespace ?? "", pod: metadata.name, container: CONTAINER };
  const seen = await lookDeep(
    async (argv) => runOnce(kubernetes, { ...target, argv }),
    async () => machine.clock.sleep(BETWEEN_READINGS),
  );
  return nodeFacts(seen);
}

/** In somebody's namespace the run's own removal knows nothing of these pods. */
async function remove(kubernetes: Kubernetes, pods: readonly PlannedObject[], { machine }: CliContext): Promise<void> {
  await Promise.all(
    pods.map(async ({ type, object: { metadata } }) => {
      const ref: ObjectRef = {
        ...type,
        name: metadata.name,
        ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
      };
      await kubernetes.remove(ref, { graceSeconds: 0 });
      await untilGone(kubernetes, ref, { clock: machine.clock });
    }),
  );
}
