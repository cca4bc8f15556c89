import { inspect } from "../../inspection/inspect.js";
import type { AskedPod } from "../../inspection/pods/look.js";
import type { Judged } from "../../inspection/with-deep.js";
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Inspection } from "../../model/inspection.js";
import { askPods, type RunInPod, readApi } from "../../venues/cluster/facts/inspection.js";

/** Pods that can be asked, and how. */
export interface Askable {
  readonly pods: readonly AskedPod[];
  readonly run: RunInPod;
}

/**
 * Reads the API, asks the pods where there are any, and says what the network is.
 * @throws KubernetesError when the cluster cannot be asked at all
 */
export const inspectWith = async (kubernetes: Kubernetes, askable?: Askable): Promise<Inspection> =>
  (await judgedWith(kubernetes, askable))();

/**
 * The same, for whoever will look at the nodes with rights over them later: what they show may decide what the network is.
 * @throws KubernetesError when the cluster cannot be asked at all
 */
export async function judgedWith(kubernetes: Kubernetes, askable?: Askable): Promise<Judged> {
  const [api, looks] = await Promise.all([readApi(kubernetes), askable === undefined ? [] : askPods(askable.pods, askable.run)]);
  return (onNodes) => inspect(api, looks, onNodes);
}
