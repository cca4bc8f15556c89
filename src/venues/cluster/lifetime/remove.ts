/**
 * Removes what a run created, and sees that it is gone.
 * @packageDocumentation
 */
import type { Kubernetes, ObjectRef } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import type { Milliseconds } from "../../../units/quantity.js";
import { ClusterError } from "../cluster-error.js";
import { manifestsOf } from "../objects/manifests.js";
import type { ClusterPlan } from "../objects/plan.js";
import { NAMESPACES } from "../objects/resources.js";
import { untilGone } from "./gone.js";

/** What more there is to remove than a plan's objects, and how long that may take. */
export interface Removal {
  /** Objects that are made once the pods are there. */
  readonly later?: readonly ObjectRef[];
  readonly within?: Milliseconds;
}

/**
 * Deletes a run's namespace, or in someone else's namespace its objects, and resolves when they are gone.
 * @throws ClusterError when they are still there after a while, KubernetesError when the server refuses or is away for long
 */
export async function removeRun(
  kubernetes: Kubernetes,
  plan: ClusterPlan,
  clock: Clock,
  { later = [], within }: Removal = {},
): Promise<void> {
  const planned = manifestsOf(plan).map(({ type, object }): ObjectRef => {
    const { name, namespace } = object.metadata;
    return { ...type, name, ...(namespace === undefined ? {} : { namespace }) };
  });
  const objects = [...planned, ...later];
  const roots = plan.namespace.own ? objects.filter(({ kind }) => kind === NAMESPACES.kind) : objects;
  await Promise.all(roots.map(async (ref) => kubernetes.remove(ref)));
  const left = await Promise.all(
    roots.map(async (ref) => ({ ref, why: await untilGone(kubernetes, ref, { clock, ...(within === undefined ? {} : { within }) }) })),
  );
  const [first] = left.flatMap(({ ref, why }) => (why === undefined ? [] : [`${ref.kind.toLowerCase()} ${ref.name}: ${why}`]));
  if (first !== undefined) throw new ClusterError(first);
}
