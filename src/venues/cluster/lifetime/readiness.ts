/**
 * From what the API says of a pod to one sentence: ready, still waiting and for what, or failed and what to do. Pure.
 * @packageDocumentation
 */
import { z } from "zod";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";

/** How far a pod has come. */
export type PodReadiness =
  | { readonly state: "ready" }
  | { readonly state: "waiting"; readonly sentence: string }
  /** It will not become ready, or is not ready any more. */
  | { readonly state: "failed"; readonly sentence: string; readonly next: string };

const containerStateSchema = z.object({
  waiting: z.object({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.object({}).optional(),
  terminated: z.object({ reason: z.string().optional(), message: z.string().optional(), exitCode: z.number() }).optional(),
});

const podSchema = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  status: z
    .object({
      phase: z.string().optional(),
      reason: z.string().optional(),
      message: z.string().optional(),
      conditions: z
        .array(z.object({ type: z.string(), status: z.string(), reason: z.string().optional(), message: z.string().optional() }))
        .optional(),
      containerStatuses: z.array(z.object({ ready: z.boolean(), state: containerStateSchema.optional() })).optional(),
    })
    .optional(),
});
type PodStatus = NonNullable<z.infer<typeof podSchema>["status"]>;

const eventSchema = z.object({ type: z.string().optional(), reason: z.string().optional(), message: z.string().optional() });

/** A warning of the kubelet or the scheduler about a pod. */
export interface PodEvent {
  readonly reason: string;
  readonly message: string;
}

/** Reads an Event object; undefined for those that tell of nothing wrong. */
export function warningOf(object: KubernetesObject): PodEvent | undefined {
  const { type, reason, message } = eventSchema.parse(object);
  return type === "Warning" ? { reason: reason ?? "", message: message ?? "" } : undefined;
}

/** What the API says of a pod. @param warnings - events of the pod, oldest first */
export function readinessOf(pod: KubernetesObject, warnings: readonly PodEvent[]): PodReadiness {
  const { metadata, status = {} } = podSchema.parse(pod);
  if (metadata.deletionTimestamp !== undefined)
    return failed(
      `it is being deleted${disruption(status)}, though not by podwire`,
      "See who or what deletes pods of this namespace (a drain, a controller)",
    );
  if (status.phase === "Failed" || status.phase === "Succeeded") return ended(status);
  const state = status.containerStatuses?.[0]?.state;
  if (state?.terminated !== undefined) return ended(status);
  if (status.phase === "Running" && status.containerStatuses?.every(({ ready }) => ready) === true) return { state: "ready" };
  return waitingIn(status, warnings);
}

/** The control plane's own words for why it takes a pod away: ` (EvictionByEvictionAPI: Eviction API: evicting)`. */
function disruption({ conditions = [] }: PodStatus): string {
  const target = conditions.find(({ type, status }) => type === "DisruptionTarget" && status === "True");
  return target === undefined ? "" : ` (${target.reason ?? "no reason given"}: ${words(target.message ?? "")})`;
}

function waitingIn(status: PodStatus, warnings: readonly PodEvent[]): PodReadiness {
  const scheduled = status.conditions?.find(({ type }) => type === "PodScheduled");
  if (scheduled?.status === "False") return unscheduled(scheduled.message ?? "the scheduler gives no reason");
  const waiting = status.containerStatuses?.[0]?.state?.waiting;
  const reason = waiting?.reason ?? "";
  if (IMAGE_TROUBLE.has(reason)) return imageTrouble(reason, waiting?.message ?? lastOf(warnings, /^(Failed|InspectFailed)$/) ?? "");
  if (CONTAINER_TROUBLE.has(reason))
    return failed(
      `its container cannot be made (${reason}: ${words(waiting?.message ?? "")})`,
      "`kubectl describe pod` shows what the runtime says",
    );
  const sandbox = lastOf(warnings, /^FailedCreatePodSandBox$/);
  if (sandbox !== undefined)
    return { state: "waiting", sentence: `its network could not be set up (FailedCreatePodSandBox: ${words(sandbox)})` };
  const sysctl = lastOf(warnings, /^SysctlForbidden$/);
  if (sysctl !== undefined) return failed(`the kubelet forbids a sysctl (${words(sysctl)})`, "Leave out latency.icmp: see --metrics");
  const mount = lastOf(warnings, /^FailedMount$/);
  if (mount !== undefined) return { state: "waiting", sentence: `a volume cannot be mounted (${words(mount)})` };
  if (scheduled === undefined) return { state: "waiting", sentence: "it waits for the scheduler" };
  if (reason === "ContainerCreating" || reason === "")
    return { state: "waiting", sentence: "its network is set up and its image is pulled" };
  return {
    state: "waiting",
    sentence: `its container waits (${reason}${waiting?.message === undefined ? "" : `: ${words(waiting.message)}`})`,
  };
}

/** The kubelet's names for an image that cannot be had. ErrImagePull is not among them: it is tried once more, and then called ImagePullBackOff. */
const IMAGE_TROUBLE = new Set(["ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError", "RegistryUnavailable"]);
const CONTAINER_TROUBLE = new Set(["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "CrashLoopBackOff"]);

function imageTrouble(reason: string, message: string): PodReadiness {
  return failed(
    `its image cannot be pulled (${reason}: ${words(message)})`,
    "Name one that the nodes can reach (--image, --image-pull-secret), or make it without a registry: `podwire cluster image --out agent.tar` and `ctr -n k8s.io image import agent.tar` on each node",
  );
}

/** A pod of a run has the scheduler's answer at once; only a lack of room can pass. */
function unscheduled(message: string): PodReadiness {
  if (/pod anti-affinity/i.test(message))
    return failed(
      `there is no second node for it (${words(message)})`,
      "Measure paths that stay on one node: --paths pod-pod-local,pod-service-local",
    );
  if (/pod affinity/i.test(message)) return { state: "waiting", sentence: "it waits for the pod that it belongs beside" };
  if (/untolerated taint|unschedulable|didn't match/i.test(message))
    return failed(`no node takes it (${words(message)})`, "Choose other nodes with --nodes, or have taints tolerated with --force");
  if (/insufficient/i.test(message))
    return failed(
      `its node has no room for it (${words(message)})`,
      "Choose other nodes with --nodes, or make room: a pod asks for 0.1 CPU and 128 MiB",
    );
  return { state: "waiting", sentence: `it waits for the scheduler (${words(message)})` };
}

function ended(status: PodStatus): PodReadiness {
  const terminated = status.containerStatuses?.[0]?.state?.terminated;
  const message = words(status.message ?? terminated?.message ?? "");
  const told = message === "" ? "" : `: ${message}`;
  switch (status.reason) {
    case "Evicted":
      return failed(`it was evicted${told}`, "Relieve the pressure on the node, or choose another with --nodes");
    case "DeadlineExceeded":
      return failed(`it reached its deadline${told}`, "Give the run a larger --budget");
    case "NodeLost":
    case "NodeShutdown":
    case "Terminated":
      return failed(`its node has gone (${status.reason}${told})`, "See `kubectl get nodes`; choose others with --nodes");
    case "NodeAffinity":
    case "NodePorts":
    case "OutOfcpu":
    case "OutOfmemory":
    case "OutOfpods":
      return failed(`its node did not take it (${status.reason}${told})`, "Choose other nodes with --nodes");
    case "SysctlForbidden":
      return failed(`the kubelet forbids a sysctl${told}`, "Leave out latency.icmp: see --metrics");
    default:
      return failed(
        `it ended (${status.reason ?? terminated?.reason ?? status.phase ?? "unknown"}${terminated === undefined ? "" : `, exit code ${String(terminated.exitCode)}`}${told})`,
        terminated?.reason === "OOMKilled"
          ? "It used more memory than its limit; report this"
          : "`kubectl describe pod` shows more while it is there",
      );
  }
}

const failed = (sentence: string, next: string): PodReadiness => ({ state: "failed", sentence, next });

const lastOf = (warnings: readonly PodEvent[], reason: RegExp): string | undefined =>
  warnings.findLast((warning) => reason.test(warning.reason))?.message;

const MOST_WORDS = 400;

/** The server's words in one line of bounded length. */
function words(text: string): string {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  return line.length <= MOST_WORDS ? line : `${line.slice(0, MOST_WORDS)}...`;
}
