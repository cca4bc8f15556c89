/**
 * What kube-proxy knows of one port of a Service on one node before it writes rules: which endpoints each kind of traffic may reach from there.
 * Source: kubernetes/kubernetes v1.34 pkg/proxy/topology.go, serviceport.go.
 * @packageDocumentation
 */
import type { Service, ServiceEndpoint, ServicePort } from "../../../model/service.js";
import type { NamespaceName } from "../../../model/wiring.js";

/** An endpoint of a port. */
export interface PortEndpoint {
  readonly ip: string;
  readonly port: number;
  /** `198.19.1.10:8080`. */
  readonly text: string;
}

/** A port of a Service as one node sees it. */
export interface PortOnNode {
  readonly service: Service;
  readonly port: ServicePort;
  /** `lab/service-00042:http`. */
  readonly name: string;
  /** What traffic under the policy Cluster is spread over; empty where nothing uses that. */
  readonly cluster: readonly PortEndpoint[];
  /** The same under the policy Local. */
  readonly local: readonly PortEndpoint[];
  /** All that this node has rules for. */
  readonly reachable: readonly PortEndpoint[];
  /** Whether any node has an endpoint. */
  readonly hasEndpoints: boolean;
  readonly hasInternal: boolean;
  readonly hasExternal: boolean;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** It has a node port or an external address. */
  readonly isExternal: boolean;
}

/** Every port of some Services as a node sees them, in order. */
export function* portsOnNode(services: Iterable<Service>, node: NamespaceName): Iterable<PortOnNode> {
  for (const service of services) for (const port of service.ports) yield portOnNode(service, port, node);
}

function portOnNode(service: Service, port: ServicePort, node: NamespaceName): PortOnNode {
  const internalLocal = service.internalPolicy === "Local";
  const isExternal = port.nodePort !== undefined || (service.externalAddresses ?? []).length > 0;
  const externalLocal = isExternal && service.externalPolicy === "Local";
  // Pods and the node itself reach external addresses under the policy Cluster whatever the Service says.
  const usesCluster = !internalLocal || isExternal;
  const usesLocal = internalLocal || externalLocal;
  const own = service.endpoints.filter((endpoint) => endpoint.node === node);
  const cluster = usesCluster ? portEndpoints(usable(service.endpoints), port) : [];
  const local = usesLocal ? portEndpoints(usable(own), port) : [];
  const hasEndpoints = usable(service.endpoints).length > 0;
  return {
    service,
    port,
    name: `${service.namespace}/${service.name}:${port.name}`,
    cluster,
    local,
    reachable: usesCluster && usesLocal ? union(cluster, local) : usesCluster ? cluster : local,
    hasEndpoints,
    hasInternal: internalLocal ? local.length > 0 : hasEndpoints,
    hasExternal: externalLocal ? local.length > 0 : hasEndpoints,
    internalLocal,
    externalLocal,
    isExternal,
  };
}

/** Ready ones, or where there is none those that terminate and still serve. */
function usable(endpoints: readonly ServiceEndpoint[]): readonly ServiceEndpoint[] {
  const ready = endpoints.filter(({ state }) => state === undefined);
  return ready.length > 0 ? ready : endpoints.filter(({ state }) => state === "terminating");
}

/** In kube-proxy's order, which is that of their texts. */
const portEndpoints = (endpoints: readonly ServiceEndpoint[], { targetPort }: ServicePort): PortEndpoint[] =>
  endpoints
    .map(({ address }) => ({ ip: address, port: targetPort, text: `${address}:${String(targetPort)}` }))
    .sort((one, other) => (one.text < other.text ? -1 : 1));

const union = (cluster: readonly PortEndpoint[], local: readonly PortEndpoint[]): PortEndpoint[] => [
  ...cluster,
  ...local.filter(({ text }) => !cluster.some((known) => known.text === text)),
];
