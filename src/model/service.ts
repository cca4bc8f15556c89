/**
 * Services and their endpoints, as far as what carries them needs to know: the fields of Kubernetes' Service and EndpointSlice that decide where a packet goes.
 * @packageDocumentation
 */
/** Protocols that Services have here; SCTP is not covered. */
export type ServiceProtocol = "tcp" | "udp";

/** Whether traffic may go to endpoints on other nodes (`internalTrafficPolicy`, `externalTrafficPolicy`). */
export type TrafficPolicy = "Cluster" | "Local";

/** One port of a Service. */
export interface ServicePort {
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly port: number;
  /** The endpoints' port. */
  readonly targetPort: number;
  /** The port on every node's own address, where it has one. */
  readonly nodePort?: number;
}

/** An address behind a Service. */
export interface ServiceEndpoint {
  readonly address: string;
  /** The node that it is on, by its namespace. */
  readonly node: string;
  /** Absent: ready. A terminating one that still serves is used where no endpoint is ready. */
  readonly state?: "terminating" | "not-ready";
}

/** A Service. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  /** Its cluster address. */
  readonly address: string;
  readonly ports: readonly ServicePort[];
  /** All of them have every port. */
  readonly endpoints: readonly ServiceEndpoint[];
  readonly externalAddresses?: readonly string[];
  /** Absent: `Cluster`. */
  readonly internalPolicy?: TrafficPolicy;
  /** Absent: `Cluster`. */
  readonly externalPolicy?: TrafficPolicy;
  /** `sessionAffinity: ClientIP` with this timeout, seconds; absent: none. */
  readonly affinitySeconds?: number;
}

/** The range of the lab's cluster addresses: 32,766 of them, beside the nodes' 198.18.0.0/24 and the pods' 198.19.0.0/16. */
export const SERVICE_CIDR = "198.18.128.0/17";

/** The ports that a NodePort may have (`--service-node-port-range`). */
export const NODE_PORTS = { first: 30_000, last: 32_767 } as const;

/** Kubernetes' default timeout of client affinity, seconds. */
export const AFFINITY_SECONDS = 10_800;
