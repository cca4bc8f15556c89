/**
 * What a run is going to create in a cluster, resolved, before the objects are spelled out.
 * @packageDocumentation
 */
import type { KubernetesObject, ResourceType } from "../../../machine/kubernetes/port.js";
import type { WorkloadName } from "../../../model/metric.js";
import type { PathName } from "../../../model/path.js";
import type { FieldReason } from "./pod-spec.js";

/** A node that was chosen. */
export interface ChosenNode {
  readonly name: string;
  /** CPUs that pods may use. */
  readonly cpus: number;
}

/** What is to be created, resolved. */
export interface ClusterPlan {
  /** The run's id, part of every name. */
  readonly run: string;
  readonly namespace: { readonly name: string /** Whether the run makes and deletes it. */; readonly own: boolean };
  readonly image: string;
  /** Name of a Secret in the namespace by which the image is pulled. */
  readonly pullSecret?: string;
  /** Node b is absent in a cluster of one node, both where nodes cannot be read: then the scheduler chooses. */
  readonly nodes: { readonly a?: ChosenNode; readonly b?: ChosenNode };
  readonly paths: readonly PathName[];
  readonly workloads: readonly WorkloadName[];
  readonly budgetSeconds: number;
  /** Who is said to have started the run. */
  readonly owner?: string;
  /** The process that runs it, as only its own machine can read it; see `ProcessIdentity`. */
  readonly process?: string;
  /** When the run's pods are past their deadline, ISO 8601. */
  readonly expires: string;
  /** Whether pods may go on nodes whose taints keep others away. */
  readonly tolerateTaints: boolean;
  /** Whether a privileged pod on each node reads what only root may. */
  readonly deep: boolean;
  /** Whether pods on the pod network send echo requests beside what is measured. */
  readonly pings?: boolean;
}

/** An object to be created, and why. */
export interface PlannedObject {
  readonly type: ResourceType;
  readonly object: KubernetesObject;
  readonly reason: string;
  readonly because: readonly FieldReason[];
}

/** Seconds that pods outlive the budget: they come up before it begins, and are deleted after it. */
export const DEADLINE_MARGIN = 120;

/** Seconds after which a plan's pods end by themselves. */
export const deadlineOf = ({ budgetSeconds }: Pick<ClusterPlan, "budgetSeconds">): number => Math.ceil(budgetSeconds) + DEADLINE_MARGIN;

/** The name of a pod or a Service of the run: in a namespace that others use too, it must not meet theirs. */
export const objectName = (plan: Pick<ClusterPlan, "run" | "namespace">, name: string): string =>
  plan.namespace.own ? name : `podwire-${plan.run}-${name}`;
