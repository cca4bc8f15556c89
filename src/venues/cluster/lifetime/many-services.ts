/**
 * Thousands of Services, made at the pace that the API server allows.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError } from "../../../machine/kubernetes/port.js";
import { ClusterError } from "../cluster-error.js";
import { type OwnService, ownService, ownSlice } from "../objects/own-services.js";
import type { ClusterPlan } from "../objects/plan.js";

/** Requests under way at once: the API server admits and queues by itself, and answers 429 where that is too many, which is waited for. */
const AT_ONCE = 8;
/** Pods behind them do not exist, and nothing dials them: addresses for documents (RFC 5737), two a Service. */
const ADDRESSES = ["192.0.2.1", "198.51.100.1"] as const;
const PORT = 80;
const NOBODY = { pod: "nobody" } as const;

const nth = (place: number): OwnService => ({
  name: `of-many-${String(place)}`,
  ports: [{ name: "tcp", protocol: "tcp", port: PORT, targetPort: PORT }],
  nodePorts: false,
  endpoints: [NOBODY],
  reason: "one of many",
});

/** How it is followed. */
export interface ManyWatch {
  readonly signal: AbortSignal;
  readonly onMade: (made: number) => void;
}

/**
 * Makes so many Services in a plan's namespace, with two endpoints each. What was made until it fails is the caller's to remove.
 * @returns how many were made: fewer where it was interrupted
 * @throws ClusterError with the server's words and how many there were
 */
export async function makeManyServices(
  kubernetes: Kubernetes,
  plan: ClusterPlan,
  count: number,
  { signal, onMade }: ManyWatch,
): Promise<number> {
  let [next, made] = [0, 0];
  const worker = async (): Promise<void> => {
    while (next < count && !signal.aborted) {
      const service = nth(next++);
      await makeOne(kubernetes, plan, service);
      onMade(++made);
    }
  };
  // All are waited for, so that nothing is created behind the back of whoever removes what there is.
  const ended = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  const failed = ended.find((one) => one.status === "rejected");
  if (failed === undefined) return made;
  if (failed.reason instanceof KubernetesError)
    throw new ClusterError(`${String(made)} of ${String(count)} Services were made: ${failed.reason.message}`);
  throw failed.reason;
}

async function makeOne(kubernetes: Kubernetes, plan: ClusterPlan, service: OwnService): Promise<void> {
  const { type, object } = ownService(plan, service);
  await kubernetes.create(type, object);
  const slice = ownSlice(plan, service, NOBODY, { address: ADDRESSES[0] });
  const endpoints = ADDRESSES.map((address) => ({ addresses: [address], conditions: { ready: true } }));
  await kubernetes.create(slice.type, { ...slice.object, endpoints });
}
