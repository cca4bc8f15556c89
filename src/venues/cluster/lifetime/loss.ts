/**
 * Why an agent fell silent, as far as the API knows.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError } from "../../../machine/kubernetes/port.js";
import { nodeView } from "../nodes/node-view.js";
import { NODES, PODS } from "../objects/resources.js";
import type { ReadyPod } from "../pod-agent.js";
import { readinessOf } from "./readiness.js";

/** A kubelet that was restarted is back before its node counts as not Ready. */
const NOTHING_KNOWN =
  "the API server knows of nothing wrong with the run's pods and nodes so far: a kubelet, a proxy or the API server has restarted, or a node has just gone silent; see `kubectl get nodes`, and start the run again";

/** One clause with the pod or node, the server's words and the next step; undefined where these may not be asked for. */
export async function explainLoss(kubernetes: Kubernetes, pods: readonly ReadyPod[]): Promise<string | undefined> {
  try {
    for (const pod of pods) {
      const why = (await ofPod(kubernetes, pod)) ?? (await ofNode(kubernetes, pod.node));
      if (why !== undefined) return why;
    }
    return NOTHING_KNOWN;
  } catch (error) {
    if (!(error instanceof KubernetesError)) throw error;
    return error.problem === "forbidden" ? undefined : error.message;
  }
}

async function ofPod(kubernetes: Kubernetes, { name, namespace }: ReadyPod): Promise<string | undefined> {
  const pod = await kubernetes.get({ ...PODS, name, namespace });
  if (pod === undefined)
    return `pod ${namespace}/${name} was deleted, though not by podwire; see who or what deletes pods of this namespace`;
  const readiness = readinessOf(pod, []);
  return readiness.state === "failed" ? `pod ${namespace}/${name}: ${readiness.sentence}. ${readiness.next}` : undefined;
}

async function ofNode(kubernetes: Kubernetes, name: string): Promise<string | undefined> {
  const node = await kubernetes.get({ ...NODES, name });
  if (node === undefined) return `node ${name} is no longer part of the cluster; choose another with --nodes`;
  const view = nodeView(node);
  return view.ready ? undefined : `node ${name} is no longer Ready (${view.notReadyWords}); see \`kubectl describe node ${name}\``;
}
