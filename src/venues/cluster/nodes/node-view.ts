/**
 * What of a Node object matters for measuring.
 * @packageDocumentation
 */
import { z } from "zod";
import type { KubernetesObject } from "../../../machine/kubernetes/port.js";

/** A node as its API object tells of it. */
export interface NodeView {
  readonly name: string;
  readonly ready: boolean;
  /** The kubelet's or the controller's words where the node is not Ready. */
  readonly notReadyWords: string;
  readonly cordoned: boolean;
  /** Conditions such as MemoryPressure that hold. */
  readonly pressures: readonly string[];
  /** Taints that keep new pods away, as `key=value:effect`. */
  readonly taints: readonly string[];
  readonly os: string;
  readonly architecture: string;
  /** As the cloud calls it; empty where no one says. */
  readonly instanceType: string;
  /** CPUs that pods may use. */
  readonly cpus: number;
  /** Its internal IPv4 address. */
  readonly address: string | undefined;
  readonly kernel: string;
  readonly runtime: string;
  readonly kubelet: string;
}

const nodeSchema = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
  spec: z
    .object({
      unschedulable: z.boolean().optional(),
      taints: z.array(z.object({ key: z.string(), value: z.string().optional(), effect: z.string() })).optional(),
    })
    .optional(),
  status: z
    .object({
      conditions: z.array(z.object({ type: z.string(), status: z.string(), message: z.string().optional() })).optional(),
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).optional(),
      allocatable: z.object({ cpu: z.string().optional() }).optional(),
      nodeInfo: z
        .object({
          operatingSystem: z.string().optional(),
          architecture: z.string().optional(),
          kernelVersion: z.string().optional(),
          containerRuntimeVersion: z.string().optional(),
          kubeletVersion: z.string().optional(),
        })
        .optional(),
    })
    .optional(),
});

const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;

/** Reads a Node object; what it does not say is empty or `unknown`. */
export function nodeView(object: KubernetesObject): NodeView {
  const { metadata, spec, status } = nodeSchema.parse(object);
  const conditions = status?.conditions ?? [];
  const ready = conditions.find(({ type }) => type === "Ready");
  const info = status?.nodeInfo;
  return {
    name: metadata.name,
    ready: ready?.status === "True",
    notReadyWords: ready?.status === "True" ? "" : (ready?.message ?? "it reports no condition"),
    cordoned: spec?.unschedulable ?? false,
    pressures: conditions
      .filter(({ type, status: holds }) => /Pressure$|^NetworkUnavailable$/.test(type) && holds === "True")
      .map(({ type }) => type),
    taints: (spec?.taints ?? [])
      .filter(keepsAway)
      .map(({ key, value, effect }) => `${key}${value === undefined ? "" : `=${value}`}:${effect}`),
    os: info?.operatingSystem ?? "unknown",
    architecture: info?.architecture ?? "unknown",
    instanceType: metadata.labels?.["node.kubernetes.io/instance-type"] ?? "",
    cpus: cpusOf(status?.allocatable?.cpu),
    address: status?.addresses?.find(({ type, address }) => type === "InternalIP" && IPV4.test(address))?.address,
    kernel: info?.kernelVersion ?? "unknown",
    runtime: info?.containerRuntimeVersion ?? "unknown",
    kubelet: info?.kubeletVersion ?? "unknown",
  };
}

/** A cordon and pressure set taints of their own; they are reported by their conditions, which say more. PreferNoSchedule only advises. */
const keepsAway = ({ key, effect }: { readonly key: string; readonly effect: string }): boolean =>
  effect !== "PreferNoSchedule" &&
  !/^node\.kubernetes\.io\/(unschedulable|not-ready|unreachable|.*-pressure|network-unavailable)$/.test(key);

/** CPUs of a quantity such as `8` or `7910m`. */
function cpusOf(quantity: string | undefined): number {
  const match = /^(\d+(?:\.\d+)?)(m?)$/.exec(quantity ?? "");
  if (match === null) return 1;
  return Number(match[1]) / (match[2] === "m" ? 1000 : 1);
}
