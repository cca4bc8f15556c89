/**
 * Why a path does not answer, as far as the API knows.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError } from "../../../machine/kubernetes/port.js";
import { isBaseline, type PathName } from "../../../model/path.js";
import { NETWORK_POLICIES } from "../objects/resources.js";
import { MANAGED_BY } from "../objects/run-labels.js";
import type { ReadyPod } from "../pod-agent.js";

const ANYTHING =
  "A NetworkPolicy, a policy of the network product's own, or a firewall between the nodes may drop or refuse it; `podwire cluster inspect` counts the NetworkPolicies";

/** The next step for a path from this pod that stays silent: it names the policies of the namespace, where these may be asked for. None is about hosts. */
export async function whySilent(kubernetes: Kubernetes, path: PathName, { namespace }: ReadyPod): Promise<string> {
  const names = isBaseline(path) ? [] : await policiesIn(kubernetes, namespace);
  if (names.length === 0) return ANYTHING;
  const noun = names.length === 1 ? "NetworkPolicy" : "NetworkPolicies";
  return `Namespace ${namespace} has the ${noun} ${names.join(", ")}, which may forbid it: let pods with the label ${MANAGED_BY.key}=${MANAGED_BY.value} reach each other there, or measure in another namespace`;
}

async function policiesIn(kubernetes: Kubernetes, namespace: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { metadata } of kubernetes.list({ ...NETWORK_POLICIES, namespace })) names.push(metadata.name);
  } catch (error) {
    // Without the right, or without an answer, the general words are all that can be said.
    if (!(error instanceof KubernetesError)) throw error;
  }
  return names;
}
