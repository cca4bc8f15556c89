/**
 * The specification of a measuring pod: what it may do, and why. Pure.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../../model/metric.js";
import { POD_LABEL, RUN_LABEL } from "./run-labels.js";

/** The container that the agent runs in. */
export const CONTAINER = "agent";
/** The image's ordinary user. */
export const ORDINARY_USER = 65_532;

/** Where a pod goes: on a node that was chosen, or, where nodes cannot be read, where the scheduler puts it in relation to another pod of the run. */
export type Placement =
  | { readonly kind: "node"; readonly name: string /** CPUs that pods may use. */; readonly cpus: number }
  | { readonly kind: "anywhere" }
  | { readonly kind: "beside" | "apart"; readonly run: string /** The other pod's name within the run. */; readonly pod: string };

/** What a pod's specification follows from. */
export interface PodNeeds {
  readonly network: "host" | "pod";
  readonly placement: Placement;
  readonly image: string;
  readonly pullSecret?: string;
  readonly workloads: readonly WorkloadName[];
  readonly deadlineSeconds: number;
  readonly tolerateTaints: boolean;
}

/** Why a field of an object has the value it has. */
export interface FieldReason {
  /** Its path in the object; places in lists are numbers as text. */
  readonly at: readonly string[];
  readonly why: string;
}

/** A specification, and why fields have the values they have. */
export interface ExplainedSpec {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly because: readonly FieldReason[];
}

/** A reason for a field whose path has no dots within its names. */
export const reasonAt = (path: string, why: string): FieldReason => ({ at: path.split("."), why });

/**
 * Why a pod needs uid 0 with NET_RAW; undefined when it does not. trafgen sends raw frames everywhere. ping gets its socket by the
 * sysctl net.ipv4.ping_group_range in a pod's own network, but on the host network a pod may not set sysctls.
 */
export function whyRaw({ network, workloads }: Pick<PodNeeds, "network" | "workloads">): string | undefined {
  if (workloads.includes("pps")) return "pps: trafgen sends raw frames, which takes NET_RAW and uid 0";
  if (network === "host" && workloads.includes("latency.icmp"))
    return "latency.icmp: on the host network ping cannot have the sysctl that spares it NET_RAW and uid 0";
  return undefined;
}

/** The specification of a pod. */
export function podSpec(needs: PodNeeds): ExplainedSpec {
  const raw = whyRaw(needs);
  const pingable = needs.network === "pod" && needs.workloads.includes("latency.icmp");
  const { network, placement, pullSecret, deadlineSeconds, tolerateTaints } = needs;
  return {
    spec: {
      ...(network === "host" ? { hostNetwork: true, dnsPolicy: "ClusterFirstWithHostNet" } : {}),
      ...affinityOf(placement),
      ...(tolerateTaints ? { tolerations: [{ operator: "Exists" }] } : {}),
      restartPolicy: "Never",
      activeDeadlineSeconds: deadlineSeconds,
      terminationGracePeriodSeconds: 1,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      ...(pullSecret === undefined ? {} : { imagePullSecrets: [{ name: pullSecret }] }),
      securityContext: {
        ...(raw === undefined
          ? { runAsNonRoot: true, runAsUser: ORDINARY_USER, runAsGroup: ORDINARY_USER, fsGroup: ORDINARY_USER }
          : { runAsUser: 0, runAsGroup: 0 }),
        seccompProfile: { type: "RuntimeDefault" },
        ...(pingable ? { sysctls: [{ name: "net.ipv4.ping_group_range", value: "0 2147483647" }] } : {}),
      },
      containers: [container(needs, raw !== undefined)],
      volumes: [
        { name: "tmp", emptyDir: { sizeLimit: "64Mi" } },
        { name: "run", emptyDir: { medium: "Memory", sizeLimit: "384Mi" } },
      ],
    },
    because: [...reasonsOf(needs), ...conditionalReasons(raw, pingable, tolerateTaints)],
  };
}

function affinityOf(placement: Placement): object {
  if (placement.kind === "anywhere") return {};
  if (placement.kind === "node") {
    // By the node's name, as a DaemonSet's pods are pinned: the label kubernetes.io/hostname may hold another name.
    const term = { matchFields: [{ key: "metadata.name", operator: "In", values: [placement.name] }] };
    return { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } } };
  }
  const labelSelector = { matchLabels: { [RUN_LABEL]: placement.run, [POD_LABEL]: placement.pod } };
  const required = { requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector, topologyKey: "kubernetes.io/hostname" }] };
  return { affinity: placement.kind === "beside" ? { podAffinity: required } : { podAntiAffinity: required } };
}

/** Where the node is not known, nor is how many CPUs it has; this many leave the measured tools alone. */
const ENOUGH_CPUS = 8;

function container({ placement, image }: PodNeeds, raw: boolean): object {
  const cpus = placement.kind === "node" ? placement.cpus : ENOUGH_CPUS;
  return {
    name: CONTAINER,
    image,
    imagePullPolicy: "IfNotPresent",
    resources: {
      requests: { cpu: "100m", memory: "128Mi" },
      limits: { cpu: String(Math.max(1, Math.floor(cpus))), memory: "768Mi" },
    },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      privileged: false,
      capabilities: { drop: ["ALL"], ...(raw ? { add: ["NET_RAW"] } : {}) },
    },
    volumeMounts: [
      { name: "tmp", mountPath: "/tmp" },
      { name: "run", mountPath: "/run" },
    ],
  };
}

const PLACEMENT_REASONS: Readonly<Record<Placement["kind"], string | undefined>> = {
  node: "on this node and no other, through the scheduler, so that resources and taints are respected",
  anywhere: undefined,
  beside: "on the same node as that pod, whichever it is: nodes are not read",
  apart: "on another node than that pod, whichever it is: nodes are not read",
};

function reasonsOf({ network, placement }: PodNeeds): FieldReason[] {
  const where = PLACEMENT_REASONS[placement.kind];
  return [
    ...(network === "host" ? [reasonAt("spec.hostNetwork", "this pod stands for the host: it uses the node's own network")] : []),
    ...(where === undefined ? [] : [reasonAt("spec.affinity", where)]),
    reasonAt("spec.activeDeadlineSeconds", "the pod ends by itself, should podwire not live to delete it"),
    reasonAt("spec.automountServiceAccountToken", "nothing in the pod talks to the API"),
    reasonAt("spec.securityContext.seccompProfile", "the runtime's own filter of system calls"),
    reasonAt("spec.containers.0.image", "it waits; podwire starts its agent in it by exec, and the agent ends with that stream"),
    reasonAt(
      "spec.containers.0.resources.limits.cpu",
      "all of the node's CPUs: a lower limit would throttle the pod and be measured instead of the network",
    ),
    reasonAt("spec.containers.0.securityContext.readOnlyRootFilesystem", "tools write to the two emptyDirs only"),
    reasonAt(
      "spec.volumes",
      "scratch space that goes with the pod, /run in memory so that writing a log is no load on a disk; no host path",
    ),
  ];
}

function conditionalReasons(raw: string | undefined, pingable: boolean, tolerateTaints: boolean): FieldReason[] {
  return [
    ...(raw === undefined
      ? []
      : [reasonAt("spec.securityContext.runAsUser", raw), reasonAt("spec.containers.0.securityContext.capabilities", raw)]),
    ...(pingable ? [reasonAt("spec.securityContext.sysctls", "a safe sysctl: ping works without a capability")] : []),
    ...(tolerateTaints ? [reasonAt("spec.tolerations", "--force: taints of the node do not keep the pod away")] : []),
  ];
}
