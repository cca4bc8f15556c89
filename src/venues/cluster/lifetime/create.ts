/**
 * Creates what a plan says.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError, type KubernetesObject } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import { milliseconds } from "../../../units/quantity.js";
import type { PlannedObject } from "../objects/plan.js";
import { NAMESPACES } from "../objects/resources.js";

/** The controller makes a namespace's default service account a moment after the namespace; until then no pod is admitted. */
const SERVICE_ACCOUNT_WITHIN = milliseconds(15_000);
const POLL = milliseconds(100);

/**
 * Creates a plan's objects: the namespace first, then all others at once. Gives them as the server has them, in the plan's order.
 * @throws KubernetesError with the server's words; what was created until then is the caller's to remove
 */
export async function createObjects(
  kubernetes: Kubernetes,
  plan: readonly PlannedObject[],
  clock: Clock,
  signal: AbortSignal,
): Promise<readonly KubernetesObject[]> {
  const namespaces = plan.filter(isNamespace);
  for (const { type, object } of namespaces) await kubernetes.create(type, object);
  const fresh = namespaces.length > 0;
  // All are waited for, so that nothing is created behind the back of whoever removes what there is.
  const created = await Promise.allSettled(
    plan.filter((planned) => !isNamespace(planned)).map(async (planned) => createOne(kubernetes, planned, fresh, clock, signal)),
  );
  const refused = created.find((result) => result.status === "rejected");
  if (refused !== undefined) throw refused.reason;
  return created.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

const isNamespace = ({ type }: PlannedObject): boolean => type.kind === NAMESPACES.kind;

async function createOne(
  kubernetes: Kubernetes,
  { type, object }: PlannedObject,
  fresh: boolean,
  clock: Clock,
  signal: AbortSignal,
): Promise<KubernetesObject> {
  const deadline = clock.monotonic() + SERVICE_ACCOUNT_WITHIN;
  for (;;) {
    try {
      return await kubernetes.create(type, object);
    } catch (error) {
      if (!fresh || !lacksServiceAccount(error) || signal.aborted || clock.monotonic() > deadline) throw error;
      await clock.sleep(POLL, signal);
    }
  }
}

/** The words are those of the API server's ServiceAccount admission plugin. */
const lacksServiceAccount = (error: unknown): boolean =>
  error instanceof KubernetesError && /service ?account .*not found/i.test(error.failure.words);
