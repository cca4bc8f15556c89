/**
 * What `podwire cluster run` is going to do, resolved against the cluster and before anything is created: what `podwire cluster plan` prints.
 * @packageDocumentation
 */
import { type Kubernetes, KubernetesError } from "../../machine/kubernetes/port.js";
import { isBaseline, type PathName } from "../../model/path.js";
import { plainCount } from "../../units/format.js";
import { listed } from "../../units/listed.js";
import { chooseNodes, type NodeChoice, NodeChoiceError } from "../../venues/cluster/nodes/node-choice.js";
import { agentImage } from "../../venues/cluster/objects/image-reference.js";
import { crossesNodes, servicesOf } from "../../venues/cluster/objects/layout.js";
import { manifestsOf } from "../../venues/cluster/objects/manifests.js";
import { type ClusterPlan, deadlineOf, type PlannedObject } from "../../venues/cluster/objects/plan.js";
import { NODES } from "../../venues/cluster/objects/resources.js";
import { namespaceOf } from "../../venues/cluster/objects/run-labels.js";
import { type Traffic, trafficOf, withPairs } from "../../venues/cluster/objects/traffic.js";
import type { ClusterNeed } from "../../venues/cluster/rights/rights.js";
import { RunError } from "../errors.js";
import { type PairsBeside, pairsBeside, pairsNotice } from "./pairs.js";
import type { ClusterRequest } from "./request.js";

/** A run that could begin. */
export interface Preparation {
  readonly plan: ClusterPlan;
  readonly objects: readonly PlannedObject[];
  /** Absent where nodes cannot be read and the scheduler chooses. */
  readonly choice?: NodeChoice;
  /** With that of the pairs beside. */
  readonly traffic: Traffic;
  /** Present with three nodes or more. */
  readonly beside?: PairsBeside;
  /** Asked paths that cannot be measured here, with the reason. */
  readonly without: readonly { readonly path: PathName; readonly reason: string }[];
  /** What differs from what was asked, and what the cluster's people should know, a sentence each. */
  readonly notices: readonly string[];
}

/** Who prepares, and when. */
export interface Preparer {
  readonly run: string;
  readonly version: string;
  readonly now: Date;
  /** This process, by which `podwire cluster clean` tells whether it has ended. */
  readonly process?: string;
}

/** Rights that a request takes. */
export const needOf = ({ namespace, host, paths, services = [] }: ClusterRequest): ClusterNeed => ({
  use: "run",
  host,
  services: servicesOf(paths).length > 0,
  ...(services.some((count) => count > 0) ? { manyServices: true } : {}),
  pods: true,
  ...(namespace === undefined ? {} : { namespace }),
});

/**
 * Chooses nodes and lays out the run.
 * @throws RunError when no node is fit, or no asked path can be measured on those that are
 */
export async function prepareRun(kubernetes: Kubernetes, request: ClusterRequest, preparer: Preparer): Promise<Preparation> {
  const choice = await choiceOf(kubernetes, request);
  const single = choice !== undefined && choice.nodes.b === undefined;
  const paths = single ? request.paths.filter((path) => !crossesNodes(path)) : request.paths;
  if (paths.every(isBaseline) && !request.paths.every(isBaseline))
    throw new RunError(
      `there is one fit node only (${[choice?.nodes.a.name ?? "", ...unfit(choice)].join("; ")}), and every asked path leads to another; paths that stay on one are pod-pod-local and pod-service-local`,
    );
  const { run, version, now, process } = preparer;
  const plan: ClusterPlan = {
    run,
    namespace: { name: request.namespace ?? namespaceOf(run), own: request.namespace === undefined },
    image: request.image ?? agentImage(version),
    ...(request.pullSecret === undefined ? {} : { pullSecret: request.pullSecret }),
    nodes: choice?.nodes ?? {},
    paths,
    workloads: request.workloads,
    budgetSeconds: request.budgetSeconds,
    owner: request.owner ?? kubernetes.context,
    ...(process === undefined ? {} : { process }),
    expires: new Date(now.getTime() + deadlineOf(request) * 1000).toISOString(),
    tolerateTaints: request.force,
    deep: request.deep,
    ...(request.pings === true ? { pings: true } : {}),
  };
  const names = { a: plan.nodes.a?.name ?? "the first node", b: plan.nodes.b?.name ?? "the second node" };
  const rate = request.maxRate === undefined ? {} : { maxRate: request.maxRate };
  const traffic = trafficOf({ paths, workloads: plan.workloads, budgetSeconds: plan.budgetSeconds, nodes: names, ...rate });
  const all = (choice?.views ?? []).map(({ name }) => name);
  const beside = pairsBeside(request, all);
  return {
    plan,
    objects: manifestsOf(plan),
    ...(choice === undefined ? {} : { choice }),
    traffic: beside === undefined ? traffic : withPairs(traffic, beside),
    ...(beside === undefined ? {} : { beside }),
    without: request.paths.filter((path) => !paths.includes(path)).map((path) => ({ path, reason: ONE_NODE })),
    notices: [...request.leftOut, ...noticesOf(request, plan), ...(beside === undefined ? [] : [pairsNotice(beside, all)])],
  };
}

/** What the agent's image is made for, in the words of Node objects. */
const IMAGE_ARCHITECTURES = ["amd64", "arm64"];

async function choiceOf(
  kubernetes: Kubernetes,
  { nodes, nodeSelector, force, host, image }: ClusterRequest,
): Promise<NodeChoice | undefined> {
  const query = { ...NODES, ...(nodeSelector === undefined ? {} : { labelSelector: nodeSelector }) };
  try {
    return await chooseNodes(kubernetes.list(query), {
      ...(nodes === undefined ? {} : { names: nodes }),
      force,
      // Of someone's own image nothing is known.
      ...(image === undefined ? { architectures: IMAGE_ARCHITECTURES } : {}),
    });
  } catch (error) {
    if (error instanceof NodeChoiceError) throw new RunError(error.message);
    if (error instanceof KubernetesError && error.problem === "forbidden" && !host && nodes === undefined) return undefined;
    throw error;
  }
}

/** Why other nodes were not taken. */
const unfit = (choice: NodeChoice | undefined): readonly string[] => (choice?.reasons ?? []).filter((reason) => reason.startsWith("not "));

const ONE_NODE = "it leads to another node, and there is one only";

/** What the privileged look is. */
export const DEEP_NOTICE =
  "a privileged pod on each chosen node reads rulesets, settings, and counters before and after; it changes nothing and is deleted again";

/** What is made by the thousand, and when it goes. */
function servicesNotice({ services = [] }: ClusterRequest): readonly string[] {
  const made = services.filter((count) => count > 0);
  if (made.length === 0) return [];
  const numbers = listed(made.map(plainCount));
  return [
    `afterwards ${numbers} Services are made, each with an EndpointSlice and an address of the cluster's range, in a namespace of their own, and the path to a Service is measured beside them; every node's kube-proxy writes them all, and all are deleted again`,
  ];
}

function noticesOf(request: ClusterRequest, plan: ClusterPlan): string[] {
  const dropped = request.paths.filter((path) => !plan.paths.includes(path));
  return [
    ...(dropped.length > 0 ? [`one node only: ${dropped.join(", ")} need two and are left out`] : []),
    ...(request.host ? [] : ["without pods on the host network there is no ratio to the host: figures are absolute"]),
    ...(plan.nodes.a === undefined ? ["nodes may not be listed: the scheduler chooses them"] : []),
    ...(plan.deep ? [DEEP_NOTICE] : []),
    ...servicesNotice(request),
    ...(plan.paths.includes("pod-nodeport") ? ["pod-nodeport opens a port on every node, to the outside too, while the run lasts"] : []),
  ];
}
