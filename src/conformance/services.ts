/**
 * The Services that checks ask, beside those that a layer carries by number. Each has one subject; all of them lead to responders.
 * @packageDocumentation
 */
import { AFFINITY_SECONDS, type Service, type ServiceEndpoint } from "../model/service.js";
import { type NamespaceName, nodeOf, type Step } from "../model/wiring.js";
import { RESPONDER_PORT } from "./responders.js";

/** Where Services are asked, by TCP and by UDP. */
export const SERVICE_PORT = 80;
/** A port that none of them has. */
export const UNUSED_PORT = 81;

/** Behind every address that a layer gives to its counted Services (198.18.128.1 on). */
const CLUSTER_NETWORK = "198.18.255";
/** An address outside of the cluster, which the router leads to the first node. */
const EXTERNAL_ADDRESS = "198.18.127.1";

interface Asked {
  readonly pods: readonly NamespaceName[];
  readonly more?: Partial<Omit<Service, "endpoints">>;
  readonly states?: Readonly<Record<NamespaceName, ServiceEndpoint["state"]>>;
  readonly nodePort?: number;
}

/** Names of the Services of checks. */
export type CheckService = keyof typeof SERVICES;

/** In the order of their addresses. */
const SERVICES = {
  local: { pods: ["pod-a2"] },
  across: { pods: ["pod-b"] },
  itself: { pods: ["pod-a"] },
  empty: { pods: [] },
  two: { pods: ["pod-a2", "pod-b"] },
  "two-udp": { pods: ["pod-a2", "pod-b"] },
  "two-unconnected": { pods: ["pod-a2", "pod-b"] },
  terminating: { pods: ["pod-b"], states: { "pod-b": "terminating" } },
  "one-terminating": { pods: ["pod-a2", "pod-b"], states: { "pod-b": "terminating" } },
  affine: { pods: ["pod-a2", "pod-b"], more: { affinitySeconds: AFFINITY_SECONDS } },
  "affine-unconnected": { pods: ["pod-a2", "pod-b"], more: { affinitySeconds: AFFINITY_SECONDS } },
  "internal-local": { pods: ["pod-a2", "pod-b"], more: { internalPolicy: "Local" } },
  "node-port": { pods: ["pod-b"], nodePort: 32_701 },
  "node-port-local": { pods: ["pod-b"], nodePort: 32_702, more: { externalPolicy: "Local" } },
  external: { pods: ["pod-b"], more: { externalAddresses: [EXTERNAL_ADDRESS] } },
} as const satisfies Readonly<Record<string, Asked>>;

/** Their names, in the order of their addresses. */
export const CHECK_SERVICES = Object.keys(SERVICES) as readonly CheckService[];

/** A Service's cluster address. */
export const clusterAddress = (name: CheckService): string => `${CLUSTER_NETWORK}.${String(CHECK_SERVICES.indexOf(name) + 1)}`;
/** Where Services are asked from outside. */
export interface ExternalPlaces {
  /** A Service's external address and its port there. */
  readonly address: string;
  readonly port: number;
  /** Node ports of the Services with `externalTrafficPolicy` Cluster and Local. */
  readonly nodePort: number;
  readonly localNodePort: number;
}

/** Those of the lab. */
export const EXTERNAL: ExternalPlaces = {
  address: EXTERNAL_ADDRESS,
  port: SERVICE_PORT,
  nodePort: SERVICES["node-port"].nodePort,
  localNodePort: SERVICES["node-port-local"].nodePort,
};

/** All of them, for pods with these addresses. */
export const checkServices = (addressOf: (pod: NamespaceName) => string): readonly Service[] =>
  CHECK_SERVICES.map((name) => checkService(name, addressOf));

/** The pods behind a Service. */
export const podsBehind = (name: CheckService): readonly NamespaceName[] => SERVICES[name].pods;

/** One of them; without a pod where one has gone. */
export function checkService(name: CheckService, addressOf: (pod: NamespaceName) => string, gone?: NamespaceName): Service {
  const { pods, more = {}, states = {}, nodePort }: Asked = SERVICES[name];
  const port = { port: SERVICE_PORT, targetPort: RESPONDER_PORT, ...(nodePort === undefined ? {} : { nodePort }) };
  return {
    namespace: "conformance",
    name,
    address: clusterAddress(name),
    ports: [
      { name: "tcp", protocol: "tcp", ...port },
      { name: "udp", protocol: "udp", ...port },
    ],
    endpoints: pods.filter((pod) => pod !== gone).map((pod) => endpointOf(pod, addressOf, states[pod])),
    ...more,
  };
}

/** A pod as an endpoint. */
export const endpointOf = (
  pod: NamespaceName,
  addressOf: (pod: NamespaceName) => string,
  state?: ServiceEndpoint["state"],
): ServiceEndpoint => ({
  address: addressOf(pod),
  node: nodeOf(pod) ?? pod,
  ...(state === undefined ? {} : { state }),
});

/** The network outside has a route to the external address, by way of the first node. */
export const externalRoute = (node: string): Step => ({
  kind: "route",
  in: "router",
  to: `${EXTERNAL_ADDRESS}/32`,
  options: ["via", node],
  reason: "who owns an external address has its routes lead to a node",
});
