/**
 * The use case behind `podwire cluster clean`: what earlier runs left is found by its labels, removed, and waited for.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError } from "../../machine/kubernetes/port.js";
import { untilGone } from "../../venues/cluster/lifetime/gone.js";
import { type LeftObject, type Leftover, leftovers, objectWords, whyDead } from "../../venues/cluster/lifetime/leftovers.js";
import type { UseCaseContext } from "../context.js";
import { oneLine } from "../errors.js";

/** A run's leftover, and why it goes or stays. */
interface Judged {
  readonly leftover: Leftover;
  /** Why it goes; undefined: it stays. */
  readonly why: string | undefined;
}

/** What became of it. */
export interface Cleaned extends Judged {
  /** One clause for each object that is still there. */
  readonly failures: readonly string[];
}

/** What was found, and what could not be looked at, a sentence each. */
export interface Cleaning {
  readonly cleaned: readonly Cleaned[];
  readonly unseen: readonly string[];
}

/** Pods of podwire have nothing to put away. */
const GRACE_SECONDS = 1;

/**
 * Removes what ended runs left, and with `all` what may be under way too, and waits until it is gone.
 * @throws KubernetesError when there is nowhere to look
 */
export async function cleanCluster(
  kubernetes: Kubernetes,
  { all, namespace }: { readonly all: boolean; readonly namespace?: string },
  context: UseCaseContext,
): Promise<Cleaning> {
  const search = await leftovers(kubernetes, namespace === undefined ? {} : { namespace });
  const [refusal] = search.unseen;
  if (refusal !== undefined && search.leftovers.length === 0) throw nowhereToLook(refusal, namespace);
  const now = context.machine.clock.now();
  const judged = search.leftovers.map((leftover) => ({
    leftover,
    why: whyDead(leftover, now, context.processIdentity.fate) ?? (all ? "--all" : undefined),
  }));
  const cleaned = await Promise.all(
    judged.map(async (one): Promise<Cleaned> => (one.why === undefined ? { ...one, failures: [] } : clean(one, kubernetes, context))),
  );
  return { cleaned, unseen: search.unseen.map(({ message }) => message) };
}

/** Who may list in one namespace only has to name it. */
function nowhereToLook({ failure }: KubernetesError, namespace: string | undefined): KubernetesError {
  const next =
    namespace === undefined
      ? "name the namespace that runs work in with --namespace, or `podwire cluster rbac` prints a role that suffices"
      : failure.next;
  return new KubernetesError({ ...failure, next });
}

/** All deletions are asked for before any is waited for. */
async function clean(judged: Judged, kubernetes: Kubernetes, context: UseCaseContext): Promise<Cleaned> {
  const { objects } = judged.leftover;
  const asked = await Promise.all(objects.map(async (object) => failureOf(object, async () => remove(kubernetes, object))));
  const waited = await Promise.all(
    objects
      .filter((_, index) => asked[index] === undefined)
      .map(async (object) => failureOf(object, async () => gone(kubernetes, object, context))),
  );
  return { ...judged, failures: [...asked, ...waited].filter((failure) => failure !== undefined) };
}

async function remove(kubernetes: Kubernetes, { ref, uid }: LeftObject): Promise<undefined> {
  // A namespace takes no grace period; its pods have their own.
  const grace = ref.kind === "Pod" ? { graceSeconds: GRACE_SECONDS } : {};
  await kubernetes.remove(ref, { ...grace, ...(uid === undefined ? {} : { uid }) });
  return undefined;
}

async function gone(
  kubernetes: Kubernetes,
  { ref, uid }: LeftObject,
  { machine, interrupted }: UseCaseContext,
): Promise<string | undefined> {
  return untilGone(kubernetes, ref, { clock: machine.clock, signal: interrupted }, uid);
}

async function failureOf(object: LeftObject, action: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    const there = await action();
    return there === undefined ? undefined : `${objectWords(object)}: ${there}`;
  } catch (error) {
    if (error instanceof KubernetesError) return oneLine(error.message);
    throw error;
  }
}
