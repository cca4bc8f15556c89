/**
 * What tells the names of a cluster: what is masked where results are passed on.
 * @packageDocumentation
 */
import type { Kubernetes } from "../../machine/kubernetes/port.js";
import type { Inspection } from "../../model/inspection.js";
import type { Telling } from "../../model/run.js";
import type { ClusterAgents } from "../../venues/cluster/cluster-session.js";
import type { ClusterPlan } from "../../venues/cluster/objects/plan.js";

/** The names of what was looked at through pods: the nodes', of whose examples an inspection has a few only, and how podwire was told to find the cluster. */
export function clusterTelling(
  { context, server, namespace }: Pick<Kubernetes, "context" | "server" | "namespace">,
  plan: Pick<ClusterPlan, "namespace" | "owner">,
  { pods }: Pick<ClusterAgents, "pods">,
  inspection: Inspection,
): Telling {
  const nodes = [...new Set(pods.map(({ node }) => node))].map((node, index) => [`node.${String(index)}`, node] as const);
  return {
    environment: {
      "kubernetes.context": context,
      "kubernetes.host": URL.canParse(server) ? new URL(server).hostname : server,
      "kubernetes.namespace": plan.namespace.name,
      "context.namespace": namespace,
      ...(plan.owner === undefined ? {} : { user: plan.owner }),
      ...Object.fromEntries(nodes),
    },
    raw: {},
    inspection,
  };
}

/** A result, and what tells the names in it. */
export interface Told<T> {
  readonly found: T;
  readonly telling: Telling;
}
