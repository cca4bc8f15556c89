/**
 * The Services of a variant: the measured one in the middle of the list, the others of the kinds that clusters have.
 * @packageDocumentation
 */
import { AFFINITY_SECONDS, NODE_PORTS, type Service, type ServicePort, type ServiceProtocol } from "../../model/service.js";
import { LISTENING_PORTS, type PathSpec, SERVICE_LISTENING_PORTS, type ServicePorts } from "../../model/wiring.js";
import { plainCount } from "../../units/format.js";
import type { LayerArgument } from "../contract.js";
import type { ServiceGround } from "./ground.js";

/** The number of Services behind a layer's name. {@link SERVICE_CIDR} has room for so many. */
export const SERVICES: LayerArgument = { kind: "Services", default: 100, least: 1, most: 32_000 };

/** What a layer loads, in words: `10,000 Services`. */
export const servicesInWords = (count: number): string => `${plainCount(count)} ${count === 1 ? "Service" : "Services"}`;

/** Namespace and name of the Service that is measured. */
export const MEASURED = { namespace: "podwire", name: "measured" } as const;

/** Names of the lab's other Services: `lab/service-00042`. */
const NAMESPACE = "lab";
/** 198.18.128.1 is the Service of the API server in a cluster. */
const FIRST_ADDRESS = { a: 198, b: 18, rest: 0x8002 } as const;
/** Addresses outside of the cluster that Services answer to. */
const FIRST_EXTERNAL = { a: 198, b: 18, rest: 0x4001 } as const;
/** Pods that stand behind the other Services, of each node's range; nothing has these addresses. */
const PODS = { first: 10, count: 200 } as const;
const FIRST_TARGET = 8_080;

/** What is special about one in forty of the others; the rest has one TCP port and nothing else. */
const KINDS: Readonly<Record<number, (index: number) => Partial<Service> & { readonly port?: Partial<ServicePort> }>> = {
  3: () => ({ port: { name: "dns", protocol: "udp", port: 53 } }),
  7: () => ({ affinitySeconds: AFFINITY_SECONDS }),
  11: (index) => ({ port: { nodePort: nodePort(index) } }),
  15: () => ({ internalPolicy: "Local" }),
  19: (index) => ({ externalAddresses: [dotted(FIRST_EXTERNAL, Math.floor(index / KIND_COUNT))] }),
  23: () => ({ port: { name: "dns", protocol: "udp", port: 53 } }),
  27: () => ({ affinitySeconds: AFFINITY_SECONDS }),
  31: (index) => ({ externalPolicy: "Local", port: { nodePort: nodePort(index) } }),
};
const KIND_COUNT = 40;
/** Two kinds in each {@link KIND_COUNT} have a node port. */
const nodePort = (index: number): number => NODE_PORTS.first + 2 * Math.floor(index / KIND_COUNT) + (index % KIND_COUNT < 20 ? 0 : 1);

/** The address of the Service at a place in the list. */
export const serviceAddress = (index: number): string => dotted(FIRST_ADDRESS, index);

/** The place of the measured Service among so many: what walks the list from its beginning meets half of it first. */
export const measuredIndex = (count: number): number => Math.floor(count / 2);

/** The address of the measured Service among so many. */
export const measuredAddress = (count: number): string => serviceAddress(measuredIndex(count));

/** The path to the measured Service: the pods' own, by another address. */
export const servicePath = ({ pods }: ServiceGround, count: number): PathSpec => ({
  ...pods,
  address: measuredAddress(count),
  ports: LISTENING_PORTS,
  listen: SERVICE_LISTENING_PORTS,
});

/**
 * The Services of a variant, in the order in which they are written.
 * @param more - those that the topology asks for beside the counted ones
 */
export function serviceList(count: number, ground: ServiceGround, more: readonly Service[] = []): readonly Service[] {
  const measured = measuredIndex(count);
  const counted = Array.from({ length: count }, (_, index) =>
    index === measured ? measuredService(index, ground) : otherService(index, ground),
  );
  return [...counted, ...more];
}

function measuredService(index: number, { endpoint }: ServiceGround): Service {
  return {
    ...MEASURED,
    address: serviceAddress(index),
    ports: MEASURED_PORTS.map(({ name, protocol, server }) => ({
      name,
      protocol,
      port: LISTENING_PORTS[server],
      targetPort: endpoint.ports[server],
    })),
    endpoints: [{ address: endpoint.address, node: endpoint.node }],
  };
}

/** The port of every probe. */
const MEASURED_PORTS: readonly { readonly name: string; readonly protocol: ServiceProtocol; readonly server: keyof ServicePorts }[] = [
  { name: "http", protocol: "tcp", server: "http" },
  { name: "iperf3", protocol: "tcp", server: "iperf3" },
  { name: "latency-tcp", protocol: "tcp", server: "sockperf" },
  { name: "latency-udp", protocol: "udp", server: "sockperf" },
  { name: "discard", protocol: "udp", server: "discard" },
];

function otherService(index: number, { nodes }: ServiceGround): Service {
  const { port, ...special } = KINDS[index % KIND_COUNT]?.(index) ?? {};
  const pod = PODS.first + (index % PODS.count);
  const ports = [{ name: "http", protocol: "tcp" as const, port: 80, targetPort: FIRST_TARGET + Math.floor(index / PODS.count), ...port }];
  const endpoints = nodes.slice(0, 2).map((node) => ({ address: node.podAddress(pod), node: node.name }));
  return {
    namespace: NAMESPACE,
    name: `service-${String(index).padStart(5, "0")}`,
    address: serviceAddress(index),
    ports,
    endpoints,
    ...special,
  };
}

/** The address so many behind a first one. */
function dotted({ a, b, rest }: { readonly a: number; readonly b: number; readonly rest: number }, index: number): string {
  const low = rest + index;
  return [a, b, low >> 8, low & 255].join(".");
}
