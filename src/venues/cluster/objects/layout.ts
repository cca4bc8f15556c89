/**
 * Which pods and Services the paths of a run need, and between which of them each path runs. Pure.
 * @packageDocumentation
 */
import { PATH_NAMES, type PathName } from "../../../model/path.js";

/** A node of the measured pair: the clients run on `a`. */
export type NodeLetter = "a" | "b";

/** A pod of the run, named by its node: `host-a` shares its node's network, `pod-a2` is a second pod on node a. */
export type PodName = "host-a" | "host-b" | "pod-a" | "pod-a2" | "pod-b";

/** A Service of the run. */
export type ServiceName = "remote" | "local" | "headless" | "node-port";

/** A pod that the run needs. */
export interface PodRole {
  readonly name: PodName;
  readonly node: NodeLetter;
  readonly network: "host" | "pod";
  readonly reason: string;
}

/** A Service that the run needs; each has exactly one pod behind it. */
export interface ServiceRole {
  readonly name: ServiceName;
  readonly pod: PodName;
  readonly reason: string;
}

/** The ends of a path and the Service that leads from one to the other. */
export interface PathEnds {
  readonly from: PodName;
  readonly to: PodName;
  readonly via?: ServiceName;
}

const PODS: readonly PodRole[] = [
  { name: "host-a", node: "a", network: "host", reason: "the host beside the pods: the figure that every ratio is taken to" },
  { name: "host-b", node: "b", network: "host", reason: "the far end of paths to a host" },
  { name: "pod-a", node: "a", network: "pod", reason: "the pod from which clients measure" },
  { name: "pod-a2", node: "a", network: "pod", reason: "the far end of paths that stay on one node" },
  { name: "pod-b", node: "b", network: "pod", reason: "the far end of paths to a pod on the other node" },
];

const ONE_ENDPOINT = "one pod behind it: the two connections of an iperf3 test must meet the same server";

const SERVICES: readonly ServiceRole[] = [
  { name: "remote", pod: "pod-b", reason: `the cluster address of a pod on the other node; ${ONE_ENDPOINT}` },
  { name: "local", pod: "pod-a2", reason: `the cluster address of a pod on the same node; ${ONE_ENDPOINT}` },
  { name: "headless", pod: "pod-b", reason: `no address of its own: its EndpointSlice names the pod; ${ONE_ENDPOINT}` },
  {
    name: "node-port",
    pod: "pod-b",
    reason: `a port on every node, open to whoever reaches the nodes while the run lasts; ${ONE_ENDPOINT}`,
  },
];

const ENDS: Readonly<Record<PathName, PathEnds>> = {
  "host-host": { from: "host-a", to: "host-b" },
  "host-host-local": { from: "host-a", to: "host-a" },
  "pod-pod": { from: "pod-a", to: "pod-b" },
  "pod-pod-local": { from: "pod-a", to: "pod-a2" },
  "pod-service": { from: "pod-a", to: "pod-b", via: "remote" },
  "pod-service-local": { from: "pod-a", to: "pod-a2", via: "local" },
  "pod-headless": { from: "pod-a", to: "pod-b", via: "headless" },
  "pod-nodeport": { from: "pod-a", to: "pod-b", via: "node-port" },
  "host-pod": { from: "host-a", to: "pod-b" },
  "pod-host": { from: "pod-a", to: "host-b" },
};

/** The ends of a path. */
export const endsOf = (path: PathName): PathEnds => ENDS[path];

/** The pods that paths run between, in a fixed order. */
export function podsOf(paths: readonly PathName[]): readonly PodRole[] {
  const needed = new Set(paths.flatMap((path) => [ENDS[path].from, ENDS[path].to]));
  return PODS.filter((pod) => needed.has(pod.name));
}

/** The Services that paths lead through. */
export function servicesOf(paths: readonly PathName[]): readonly ServiceRole[] {
  const needed = new Set(paths.map((path) => ENDS[path].via));
  return SERVICES.filter((service) => needed.has(service.name));
}

/** The path that leads through a Service. */
export function pathThrough(service: ServiceName): PathName {
  const path = PATH_NAMES.find((name) => ENDS[name].via === service);
  if (path === undefined) throw new RangeError(`no path leads through ${service}`);
  return path;
}

/** Whether a path needs two nodes. */
export const crossesNodes = (path: PathName): boolean => nodeOf(ENDS[path].from) !== nodeOf(ENDS[path].to);

/** Whether one of a path's ends shares its node's network. */
export const touchesHost = (path: PathName): boolean => [ENDS[path].from, ENDS[path].to].some((end) => networkOf(end) === "host");

/** The node that a pod belongs on. */
export const nodeOf = (pod: PodName): NodeLetter => roleOf(pod).node;

/** The network that a pod is on. */
export const networkOf = (pod: PodName): "host" | "pod" => roleOf(pod).network;

function roleOf(name: PodName): PodRole {
  const role = PODS.find((pod) => pod.name === name);
  if (role === undefined) throw new RangeError(`no pod is called ${name}`);
  return role;
}
