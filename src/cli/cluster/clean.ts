import { type Kubernetes, KubernetesError } from "../../machine/kubernetes/port.js";
import { untilGone } from "../../venues/cluster/lifetime/gone.js";
import { type LeftObject, type Leftover, leftovers, leftoverWords, objectWords, whyDead } from "../../venues/cluster/lifetime/leftovers.js";
import type { CliContext } from "../context.js";
import { EXIT, InterruptedError, oneLine } from "../errors.js";

/** Flags of `podwire cluster clean`. */
export interface ClusterCleanFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly namespace?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** A run's leftover, and why it goes or stays. */
interface Judged {
  readonly leftover: Leftover;
  /** Why it goes; undefined: it stays. */
  readonly why: string | undefined;
}

/** What became of it. */
interface Cleaned extends Judged {
  /** One clause for each object that is still there. */
  readonly failures: readonly string[];
}

/** Pods of podwire have nothing to put away. */
const GRACE_SECONDS = 1;

/** Removes what earlier runs left, waits until it is gone, and says so. */
export async function clusterClean({ all = false, ...flags }: ClusterCleanFlags, context: CliContext): Promise<number> {
  const { terminal, machine, interrupted, processIdentity } = context;
  const { kubeconfig, context: name, namespace } = flags;
  const kubernetes = await context.openKubernetes({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(name === undefined ? {} : { context: name }),
    onWait: (sentence) => {
      terminal.err(`podwire: ${sentence}\n`);
    },
  });
  const search = await leftovers(kubernetes, namespace === undefined ? {} : { namespace });
  const [refusal] = search.unseen;
  if (refusal !== undefined && search.leftovers.length === 0) throw nowhereToLook(refusal, namespace);
  const now = machine.clock.now();
  const judged = search.leftovers.map((leftover) => ({
    leftover,
    why: whyDead(leftover, now, processIdentity.fate) ?? (all ? "--all" : undefined),
  }));
  const cleaned = await Promise.all(
    judged.map(async (one): Promise<Cleaned> => (one.why === undefined ? { ...one, failures: [] } : clean(one, kubernetes, context))),
  );
  const unseen = search.unseen.map(({ message }) => message);
  terminal.out(flags.json === true ? cleanedJson(cleaned, unseen) : cleanedText(cleaned, unseen, kubernetes.context));
  if (interrupted.aborted)
    throw new InterruptedError("interrupted; what was not waited for may be there still: `podwire cluster clean` looks again");
  return cleaned.some(({ failures }) => failures.length > 0) ? EXIT.failed : EXIT.ok;
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
async function clean(judged: Judged, kubernetes: Kubernetes, context: CliContext): Promise<Cleaned> {
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

async function gone(kubernetes: Kubernetes, { ref, uid }: LeftObject, { machine, interrupted }: CliContext): Promise<string | undefined> {
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

function cleanedJson(cleaned: readonly Cleaned[], unseen: readonly string[]): string {
  const runs = cleaned.map(({ leftover: { objects, ...leftover }, why, failures }) => ({
    ...leftover,
    objects: objects.map(({ ref: { kind, namespace, name } }) => ({ kind, ...(namespace === undefined ? {} : { namespace }), name })),
    status: why === undefined ? "kept" : failures.length === 0 ? "removed" : "failed",
    ...(why === undefined ? {} : { why }),
    ...(failures.length === 0 ? {} : { failures }),
  }));
  return `${JSON.stringify({ schema: "podwire/clean@1", runs, unseen }, undefined, 2)}\n`;
}

function cleanedText(cleaned: readonly Cleaned[], unseen: readonly string[], context: string): string {
  const lines = cleaned.flatMap(({ leftover, why, failures }) => {
    const words = leftoverWords(leftover);
    if (why === undefined) return [`left alone: ${words}: it may be under way${untilWords(leftover)}; --all removes it`];
    if (failures.length === 0) return [`removed and gone: ${words}: ${why}`];
    return failures.map((failure) => `not gone: ${failure}`);
  });
  const notLooked = unseen.map((sentence) => `not looked at: ${sentence}`);
  const nothing = cleaned.length === 0 ? [`nothing of podwire is left in context ${context}`] : [];
  return `${[...nothing, ...lines, ...notLooked].join("\n")}\n`;
}

const untilWords = ({ expires }: Leftover): string => (expires === undefined ? "" : ` until ${expires}`);
