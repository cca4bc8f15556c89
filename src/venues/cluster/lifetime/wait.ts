/**
 * Waits for the pods of a run, and says what they wait for.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError, type KubernetesObject } from "../../../machine/kubernetes/port.js";
import type { Clock } from "../../../machine/ports.js";
import { milliseconds } from "../../../units/quantity.js";
import { ClusterError } from "../cluster-error.js";
import { EVENTS, PODS } from "../objects/resources.js";
import { selectRun } from "../objects/run-labels.js";
import { type PodEvent, type PodReadiness, readinessOf, warningOf } from "./readiness.js";

/** An image of 100 MB over a slow line; longer than that is a finding of its own. */
const READY_WITHIN = milliseconds(180_000);
const EVENTS_EVERY = milliseconds(1_000);

/** Whose pods are waited for. */
export interface AwaitedPods {
  readonly run: string;
  readonly namespace: string;
  /** Names of the pods. */
  readonly pods: readonly string[];
}

/** What waiting needs. */
export interface Waiting {
  readonly kubernetes: Kubernetes;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told, once each time, why it is not over yet. */
  readonly onReason: (sentence: string) => void;
}

/**
 * Waits until every pod is ready; gives them by name.
 * @throws ClusterError that names the pod, the server's words and the next step
 */
export async function waitForPods(awaited: AwaitedPods, waiting: Waiting): Promise<ReadonlyMap<string, KubernetesObject>> {
  const end = new AbortController();
  const stop = (): void => {
    end.abort();
  };
  waiting.signal.addEventListener("abort", stop, { once: true });
  const board = new PodBoard(awaited, waiting.onReason);
  try {
    await Promise.race([
      watchPods(awaited, waiting.kubernetes, board, end.signal),
      readEvents(awaited, waiting, board, end.signal),
      waiting.clock.sleep(READY_WITHIN, end.signal),
    ]);
    if (!waiting.signal.aborted && !board.allReady()) throw board.tooLate();
    return board.objects;
  } finally {
    waiting.signal.removeEventListener("abort", stop);
    stop();
  }
}

/** What is known of the awaited pods. */
class PodBoard {
  readonly objects = new Map<string, KubernetesObject>();
  readonly #warnings = new Map<string, Map<string, PodEvent>>();
  readonly #awaited: AwaitedPods;
  readonly #onReason: (sentence: string) => void;
  #told = "";

  constructor(awaited: AwaitedPods, onReason: (sentence: string) => void) {
    this.#awaited = awaited;
    this.#onReason = onReason;
  }

  takePod(object: KubernetesObject): void {
    if (this.#awaited.pods.includes(object.metadata.name)) this.objects.set(object.metadata.name, object);
    this.#look();
  }

  /** @param event - the event's own name: the same one may be seen again */
  takeWarning(event: string, pod: string, warning: PodEvent): void {
    const known = this.#warnings.get(pod) ?? new Map<string, PodEvent>();
    this.#warnings.set(pod, known.set(event, warning));
    this.#look();
  }

  allReady(): boolean {
    return this.#states().every(({ readiness }) => readiness.state === "ready");
  }

  tooLate(): ClusterError {
    const late = this.#states().find(({ readiness }) => readiness.state === "waiting");
    const why = late?.readiness.state === "waiting" ? late.readiness.sentence : "nothing is known of it";
    const name = `${this.#awaited.namespace}/${late?.pod ?? ""}`;
    return new ClusterError(
      `pod ${name} is not ready after ${String(READY_WITHIN / 1000)} s: ${why}`,
      "`kubectl get events -A` and the logs of the pod network's agents on its node say more",
    );
  }

  /** @throws ClusterError when a pod cannot become ready */
  #look(): void {
    for (const { pod, readiness } of this.#states()) {
      if (readiness.state === "failed")
        throw new ClusterError(`pod ${this.#awaited.namespace}/${pod}: ${readiness.sentence}`, readiness.next);
    }
    const waits = this.#states().flatMap(({ pod, readiness }) => (readiness.state === "waiting" ? [`${pod}: ${readiness.sentence}`] : []));
    const [first = ""] = waits;
    const told = waits.length > 1 ? `${first} (and ${String(waits.length - 1)} more)` : first;
    if (told !== "" && told !== this.#told) this.#onReason(told);
    this.#told = told;
  }

  #states(): readonly { readonly pod: string; readonly readiness: PodReadiness }[] {
    return this.#awaited.pods.map((pod) => {
      const object = this.objects.get(pod);
      const readiness: PodReadiness =
        object === undefined
          ? { state: "waiting", sentence: "the API has not shown it yet" }
          : readinessOf(object, [...(this.#warnings.get(pod)?.values() ?? [])]);
      return { pod, readiness };
    });
  }
}

async function watchPods({ run, namespace }: AwaitedPods, kubernetes: Kubernetes, board: PodBoard, signal: AbortSignal): Promise<void> {
  for await (const { type, object } of kubernetes.watch({ ...PODS, namespace, labelSelector: selectRun(run) }, signal)) {
    if (type === "deleted") {
      const who = `pod ${namespace}/${object.metadata.name} was deleted, though not by podwire`;
      throw new ClusterError(who, "See who or what deletes pods of this namespace");
    }
    board.takePod(object);
    if (board.allReady()) return;
  }
}

/** Events only add reasons; who may not list them waits without. */
async function readEvents(
  { namespace, pods }: AwaitedPods,
  { kubernetes, clock }: Waiting,
  board: PodBoard,
  signal: AbortSignal,
): Promise<void> {
  const query = { ...EVENTS, namespace, fieldSelector: "involvedObject.kind=Pod" };
  while (!signal.aborted) {
    await clock.sleep(EVENTS_EVERY, signal);
    try {
      for await (const object of kubernetes.list(query)) {
        const pod = (object["involvedObject"] as { readonly name?: string } | undefined)?.name;
        const warning = warningOf(object);
        if (pod !== undefined && warning !== undefined && pods.includes(pod)) board.takeWarning(object.metadata.name, pod, warning);
      }
    } catch (error) {
      if (!(error instanceof KubernetesError)) throw error;
      if (error.problem === "forbidden") return untilAborted(signal);
    }
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        "abort",
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
