/**
 * Services as podwire's loader of eBPF programs reads them; bpf/loader/podwire-ebpf.c says what the lines mean.
 * @packageDocumentation
 */
import type { Service, ServiceProtocol } from "../../../model/service.js";
import type { NamespaceName } from "../../../model/wiring.js";
import type { ServiceNode } from "../ground.js";
import { type PortEndpoint, type PortOnNode, portsOnNode } from "../kube-proxy/port-on-node.js";

/** A namespace whose sockets see Services, and the node that it is on. */
export interface SocketClient {
  readonly name: NamespaceName;
  readonly node: NamespaceName;
}

/** The text of all Services at the socket. */
export function socketText(services: readonly Service[], nodes: readonly ServiceNode[], clients: readonly SocketClient[]): string {
  const header = ["socket-lb", ...clients.map(({ name, node }) => `client ${name} ${node}`)];
  return `${[...header, ...socketLines(services, nodes)].join("\n")}\n`;
}

/** The text that puts Services as they are now in the place of what they were. */
export const socketChangeText = (services: readonly Service[], nodes: readonly ServiceNode[]): string =>
  `${["socket-lb", ...socketLines(services, nodes)].join("\n")}\n`;

function socketLines(services: readonly Service[], nodes: readonly ServiceNode[]): string[] {
  const views = nodes.map(({ name }) => ({ name, ports: [...portsOnNode(services, name)] }));
  return (views[0]?.ports ?? []).flatMap((port, index) => [
    ...atEverySocket(port, nodes),
    ...(port.internalLocal ? views.flatMap(({ name, ports }) => atSocketsOf(name, ports[index])) : []),
  ]);
}

/** Sockets of the cluster reach node ports and external addresses under the policy Cluster whatever the Service says. */
function atEverySocket({ service, port, cluster, internalLocal }: PortOnNode, nodes: readonly ServiceNode[]): string[] {
  const { protocol, nodePort } = port;
  const nodePorts = nodePort === undefined ? [] : nodes.map(({ address }) => frontend(protocol, address, nodePort));
  const external = (service.externalAddresses ?? []).map((address) => frontend(protocol, address, port.port));
  const own = frontend(protocol, service.address, port.port, internalLocal ? "by-node" : undefined);
  return [serviceLine(service), own, ...nodePorts, ...external, ...cluster.map(endpoint)];
}

function atSocketsOf(node: NamespaceName, view: PortOnNode | undefined): string[] {
  if (view === undefined) return [];
  const { service, port, local } = view;
  return [serviceLine(service), frontend(port.protocol, service.address, port.port, `of ${node}`), ...local.map(endpoint)];
}

/** A node's card: where packets from outside come in, and where they go on. */
export interface NodeCard {
  readonly node: ServiceNode;
  readonly card: string;
  /** The device that holds the node's address. */
  readonly nodeDevice: string;
  /** The device by which pods of other nodes are reached. */
  readonly podsDevice: string;
  /** MAC addresses of the node's own pods that the card tells apart by them, by the pod's address. */
  readonly macs: ReadonlyMap<string, string>;
}

/** The text of what a node's card does with packets for node ports and external addresses. */
export function cardText(services: readonly Service[], { node, card, nodeDevice, podsDevice, macs }: NodeCard): string {
  const header = ["nodeport", node.name, card, nodeDevice, podsDevice, node.address].join(" ");
  const lines = [...portsOnNode(services, node.name)].filter(({ isExternal }) => isExternal).flatMap((port) => onCard(port, node, macs));
  return `${[header, ...lines].join("\n")}\n`;
}

function onCard(view: PortOnNode, node: ServiceNode, macs: ReadonlyMap<string, string>): string[] {
  const { service, port, cluster, local, externalLocal } = view;
  const silent = externalLocal ? "silent" : undefined;
  const nodePorts = port.nodePort === undefined ? [] : [frontend(port.protocol, node.address, port.nodePort, silent)];
  const external = (service.externalAddresses ?? []).map((address) => frontend(port.protocol, address, port.port, silent));
  const here = new Set(service.endpoints.filter((one) => one.node === node.name).map(({ address }) => address));
  const endpoints = (externalLocal ? local : cluster).map((one) => {
    const mac = macs.get(one.ip);
    return `${endpoint(one)}${here.has(one.ip) ? ` here${mac === undefined ? "" : ` ${mac}`}` : ""}`;
  });
  return [serviceLine(service), ...nodePorts, ...external, ...endpoints];
}

const serviceLine = ({ affinitySeconds = 0 }: Service): string => `service ${String(affinitySeconds)}`;

const frontend = (protocol: ServiceProtocol, address: string, port: number, scope?: string): string =>
  `frontend ${protocol} ${address} ${String(port)}${scope === undefined ? "" : ` ${scope}`}`;

const endpoint = ({ ip, port }: PortEndpoint): string => `endpoint ${ip} ${String(port)}`;
