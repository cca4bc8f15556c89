/**
 * Everything that a run creates in a cluster, as plain objects with their reasons: what `podwire cluster plan` prints is what `run` creates.
 * @packageDocumentation
 */
import { deepPods } from "../facts/deep-pod.js";
import { listeningPorts, POD_FIRST_PORT } from "../nodes/ports.js";
import { type PodRole, pathThrough, podsOf, type ServiceRole, servicesOf } from "./layout.js";
import { type ClusterPlan, deadlineOf, objectName, type PlannedObject } from "./plan.js";
import { type Placement, podSpec, reasonAt } from "./pod-spec.js";
import { NAMESPACES, PODS, SERVICES } from "./resources.js";
import { EXPIRES, MANAGED_BY, OWNER, OWNER_PROCESS, POD_LABEL, PURPOSE, RUN_LABEL } from "./run-labels.js";

/** PodSecurity levels, strictest last (https://kubernetes.io/docs/concepts/security/pod-security-standards/). */
export type SecurityLevel = "privileged" | "baseline" | "restricted";

/** The strictest level that admits every pod of the plan. */
export function securityLevel(plan: Pick<ClusterPlan, "paths" | "workloads" | "deep">): SecurityLevel {
  const pods = podsOf(plan.paths);
  // Even baseline forbids the host's network, and adding NET_RAW.
  const privileged = plan.deep || pods.some((pod) => pod.network === "host") || plan.workloads.includes("pps");
  return privileged ? "privileged" : "restricted";
}

/** Every object of the plan, in the order in which it is created. */
export function manifestsOf(plan: ClusterPlan): readonly PlannedObject[] {
  const pods = podsOf(plan.paths).map((pod) => podObject(plan, pod));
  const services = servicesOf(plan.paths).map((service) => serviceObject(plan, service));
  const deep = plan.deep ? deepPods(plan).map(({ pod }) => pod) : [];
  return [...(plan.namespace.own ? [namespaceObject(plan)] : []), ...pods, ...deep, ...services];
}

/** Labels by which podwire knows an object of a run again. */
export const labelsOf = (plan: ClusterPlan): Record<string, string> => ({ [MANAGED_BY.key]: MANAGED_BY.value, [RUN_LABEL]: plan.run });

/** What an object says of its run to people, and to `podwire cluster clean`. */
export const annotationsOf = (plan: ClusterPlan): Record<string, string> => ({
  ...(plan.owner === undefined ? {} : { [OWNER]: plan.owner }),
  ...(plan.process === undefined ? {} : { [OWNER_PROCESS]: plan.process }),
  [PURPOSE]: "podwire measures the pod network for a few minutes and then deletes this",
  [EXPIRES]: plan.expires,
});

function namespaceObject(plan: ClusterPlan): PlannedObject {
  const level = securityLevel(plan);
  const why =
    level === "privileged"
      ? "pods on the host network, or with NET_RAW, are admitted at this level only"
      : "the strictest level: no pod of this run needs more";
  return {
    type: NAMESPACES,
    reason: "a namespace of the run's own: deleting it removes everything that the run made",
    object: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: plan.namespace.name,
        labels: { ...labelsOf(plan), "pod-security.kubernetes.io/enforce": level, "pod-security.kubernetes.io/enforce-version": "latest" },
        annotations: annotationsOf(plan),
      },
    },
    because: [
      { at: ["metadata", "labels", RUN_LABEL], why: "`podwire cluster clean` deletes only what carries this label" },
      { at: ["metadata", "labels", "pod-security.kubernetes.io/enforce"], why },
      { at: ["metadata", "annotations", EXPIRES], why: "by then every pod has reached its deadline" },
    ],
  };
}

function placementOf({ nodes, run }: ClusterPlan, role: PodRole): Placement {
  const node = nodes[role.node];
  if (node !== undefined) return { kind: "node", name: node.name, cpus: node.cpus };
  if (nodes.a !== undefined) throw new RangeError("a path between two nodes needs two nodes");
  if (role.name === "pod-a") return { kind: "anywhere" };
  return { kind: role.node === "a" ? "beside" : "apart", run, pod: "pod-a" };
}

function podObject(plan: ClusterPlan, role: PodRole): PlannedObject {
  const { spec, because } = podSpec({
    network: role.network,
    placement: placementOf(plan, role),
    image: plan.image,
    ...(plan.pullSecret === undefined ? {} : { pullSecret: plan.pullSecret }),
    workloads: plan.pings === true && role.network === "pod" ? [...new Set([...plan.workloads, "latency.icmp" as const])] : plan.workloads,
    deadlineSeconds: deadlineOf(plan),
    tolerateTaints: plan.tolerateTaints,
  });
  return {
    type: PODS,
    reason: role.reason,
    object: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: {
        name: objectName(plan, role.name),
        namespace: plan.namespace.name,
        labels: { ...labelsOf(plan), [POD_LABEL]: role.name },
        annotations: annotationsOf(plan),
      },
      spec,
    },
    because,
  };
}

function serviceObject(plan: ClusterPlan, role: ServiceRole): PlannedObject {
  const ports = listeningPorts(pathThrough(role.name), POD_FIRST_PORT);
  const port = (name: string, protocol: "TCP" | "UDP", number: number): object => ({ name, protocol, port: number, targetPort: number });
  return {
    type: SERVICES,
    reason: role.reason,
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        name: objectName(plan, role.name),
        namespace: plan.namespace.name,
        labels: labelsOf(plan),
        annotations: annotationsOf(plan),
      },
      spec: {
        type: role.name === "node-port" ? "NodePort" : "ClusterIP",
        ...(role.name === "headless" ? { clusterIP: "None" } : {}),
        ipFamilyPolicy: "SingleStack",
        ipFamilies: ["IPv4"],
        selector: { [RUN_LABEL]: plan.run, [POD_LABEL]: role.pod },
        ports: [
          port("http", "TCP", ports.http),
          port("iperf3", "TCP", ports.iperf3),
          port("latency-tcp", "TCP", ports.sockperf),
          port("latency-udp", "UDP", ports.sockperf),
        ],
      },
    },
    because: [
      reasonAt("spec.selector", "one pod only, so that every connection meets the same server"),
      reasonAt("spec.ipFamilies", "podwire measures IPv4"),
      ...(role.name === "node-port" ? [reasonAt("spec.type", "opens a port on every node, to the outside too, until the run ends")] : []),
    ],
  };
}
