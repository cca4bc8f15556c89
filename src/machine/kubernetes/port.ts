/**
 * The port through which podwire touches a Kubernetes cluster. The real adapter stands beside; only `main.ts` imports that.
 * @packageDocumentation
 */
import type { Milliseconds } from "../../units/quantity.js";
import type { Ending, LineProcess } from "../ports.js";

/** A type of object that the API serves, such as pods. */
export interface ResourceType {
  /** Group and version as objects carry them: `v1`, `apps/v1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Its name in addresses: `pods`. */
  readonly plural: string;
}

/** One object. */
export interface ObjectRef extends ResourceType {
  /** Absent for objects that belong to no namespace. */
  readonly namespace?: string;
  readonly name: string;
}

/** Which objects of a type. */
export interface ObjectQuery extends ResourceType {
  /** Absent means all namespaces, or that the type has none. */
  readonly namespace?: string;
  /** As in `kubectl -l`. */
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

/** What every object carries. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly creationTimestamp?: string;
  /** Set while the object is being deleted. */
  readonly deletionTimestamp?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An object as the API server speaks of it. What a field holds beyond `metadata` is checked by whoever reads it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

/** A change of a watched object. `added` also comes for each object that was there before the watch. */
export interface WatchEvent {
  readonly type: "added" | "modified" | "deleted";
  readonly object: KubernetesObject;
}

/** An action that RBAC may allow or not. */
export interface Access {
  readonly verb: string;
  /** API group; empty for the core group. */
  readonly group: string;
  /** Plural name. */
  readonly resource: string;
  /** Such as `exec` of pods. */
  readonly subresource?: string;
  /** Absent means all namespaces, or that the type has none. */
  readonly namespace?: string;
  /** One object only. */
  readonly name?: string;
}

/** The API server's answer to "may I?". */
export interface AccessAnswer {
  readonly allowed: boolean;
  /** The authorizer's own words, where it has any. */
  readonly reason?: string;
}

/** Where a program is to run. */
export interface ExecTarget {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly argv: readonly [string, ...string[]];
}

/**
 * How a program in a pod ended. `startError` stands for everything that kept it from starting: refused, no such pod or container, no such
 * executable.
 */
export interface ExecEnding extends Ending {
  /** Set when the stream ended without the program's exit being known: the program may still run. One sentence. */
  readonly cut?: string;
  /** What refused the start, where it was the API server or the way there. */
  readonly refusal?: KubernetesError;
}

/** A program in a pod. It has no process id here, and `kill` only cuts the stream: a program that is to end then watches its standard input. */
export interface ExecProcess extends LineProcess {
  readonly ended: Promise<ExecEnding>;
}

/** The API server's version. */
export interface KubernetesVersion {
  /** Such as `v1.34.1`. */
  readonly gitVersion: string;
  readonly platform: string;
}

/** How something is deleted. */
export interface RemoveOptions {
  /** Seconds a pod gets to end; absent means its own. */
  readonly graceSeconds?: number;
  /** Only the object with this uid: one that took over its name is left alone. */
  readonly uid?: string;
}

/** Which cluster, as whom, and how patiently. */
export interface KubernetesOptions {
  /** A kubeconfig file; absent means KUBECONFIG, `~/.kube/config`, or the service account of the pod podwire runs in. */
  readonly kubeconfig?: string;
  /** Absent means the kubeconfig's current context. */
  readonly context?: string;
  /** Told, once each time, that the API server does not answer and is waited for. */
  readonly onWait?: (sentence: string) => void;
}

/** A cluster's API. Every method but `exec` throws {@link KubernetesError}; all of them wait a bounded time for an API server that was there before. */
export interface Kubernetes {
  /** The context's name in the kubeconfig. */
  readonly context: string;
  /** The API server's address. */
  readonly server: string;
  /** The namespace that the context names, or `default`. */
  readonly namespace: string;
  /** The object, or undefined when there is none of that name. */
  get(ref: ObjectRef): Promise<KubernetesObject | undefined>;
  /** All objects that match, fetched in pages of 500 while they are iterated; the whole is never held. */
  list(query: ObjectQuery): AsyncIterable<KubernetesObject>;
  /** Creates the object; `metadata.namespace` says where. The object as the server has it comes back. */
  create(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject>;
  /** Asks for the deletion, which may take its time. That there is no such object (any more) is fine. */
  remove(ref: ObjectRef, options?: RemoveOptions): Promise<void>;
  /** Changes as they come, until the signal aborts; goes on by itself after a cut, and misses no deletion. For queries that match few objects. */
  watch(query: ObjectQuery, signal: AbortSignal): AsyncIterable<WatchEvent>;
  /** Whether the caller may do that (SelfSubjectAccessReview). */
  allowed(access: Access): Promise<AccessAnswer>;
  /** Starts a program in a pod; `onLine` is called for each line of its standard output. */
  exec(target: ExecTarget, onLine: (line: string) => void): ExecProcess;
  version(): Promise<KubernetesVersion>;
}

/** Kinds of trouble that call for different next steps. */
export type KubernetesProblem =
  | "no kubeconfig"
  | "no context"
  | "no credentials"
  | "unreachable"
  | "untrusted"
  | "expired"
  | "unauthorized"
  | "forbidden"
  | "quota"
  | "pod security"
  | "admission"
  | "terminating"
  | "not found"
  | "conflict"
  | "invalid"
  | "busy"
  | "server"
  | "cut";

/** What is known of a failed request. */
export interface KubernetesFailure {
  readonly problem: KubernetesProblem;
  /** What was asked for, such as `create`. */
  readonly verb: string;
  /** Of what, such as `pod podwire-x1y2z3/host-a`. */
  readonly object: string;
  /** HTTP status, where the server answered. */
  readonly status?: number;
  /** The reason in the server's Status object, such as `Forbidden`. */
  readonly reason?: string;
  /** The server's own words, or the system's where no server answered. */
  readonly words: string;
  /** What to do now. */
  readonly next: string;
  /** Where a list goes on whose state the server no longer has. */
  readonly position?: string;
  /** How long the server asks to be left alone (Retry-After). */
  readonly retryAfter?: Milliseconds;
}

/** A request to the cluster that failed. Its message is one sentence: what was asked, the server's own words, and what to do. */
export class KubernetesError extends Error {
  override readonly name = "KubernetesError";

  constructor(
    readonly failure: KubernetesFailure,
    cause?: unknown,
  ) {
    const words = failure.words.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
    super(`cannot ${failure.verb} ${failure.object}: ${words.replace(/\.$/, "")}; ${failure.next}`, cause === undefined ? {} : { cause });
  }

  get problem(): KubernetesProblem {
    return this.failure.problem;
  }
}
