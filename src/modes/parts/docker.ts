/**
 * What dockerd wires on a node whatever its version: docker0, one container on it and the container's published ports.
 * Compared with engine 20.10 itself in `test/oracles/docker.test.ts`.
 * @packageDocumentation
 */

import { rulesetLayer } from "../../model/layer-name.js";
import type { NamespaceName, RulesetStep, RuleTable, ServicePorts, Step, Topology, Wiring } from "../../model/wiring.js";
import { LISTENING_PORTS } from "../../model/wiring.js";
import type { Mode } from "../contract.js";
import { macAddress, nodeAddress, podAddress, podCidr, podGateway } from "./addresses.js";
import { gatewayRoute, hostVeth, podBasics, podNamespaces, vethPair } from "./cni-bridge.js";
import { handedOver, NAMESPACE } from "./handed-over.js";
import { type Has, type Made, madeOf } from "./made-of.js";
import { peerRoutes } from "./node-routes.js";
import { CONNTRACK, masqueradeLayer, ownRules, rulesLayer } from "./own-rules.js";
import { nodePair } from "./paths.js";
import { ptpPods } from "./ptp.js";
import { BRIDGE_LAYERS } from "./rung-parts.js";
import { bridgeNetfilter, deviceSysctls } from "./sysctls.js";
import { connectedRoute, eachPod, nodeIndexes, nodeName, podName, underlay } from "./underlay.js";

/** docker0's network, the same on every node as 172.17.0.0/16 is in production. */
export const DOCKER_SUBNET = "198.19.0.0/16";
/** docker0's own address. */
export const DOCKER_GATEWAY = "198.19.0.1";
/** The containers of each node, in order. */
export const containerAddress = (slot: number): string => `198.19.0.${String(2 + slot)}`;
/** The first of them, whose ports are published. */
export const CONTAINER_ADDRESS = containerAddress(0);
/** dockerd derives a container's MAC address from its IPv4 address. */
const containerMac = (slot: number): string => `02:42:c6:13:00:0${String(2 + slot)}`;

/** Ports under which the servers of a container are published on its node. */
export const PUBLISHED_PORTS: ServicePorts = { http: 20080, iperf3: 25201, sockperf: 31111, discard: 20009 };

/** One `--publish HOST:CONTAINER/PROTOCOL`. */
export interface Publication {
  readonly protocol: "tcp" | "udp";
  readonly published: number;
  readonly listening: number;
}

/** In the order in which dockerd makes their rules: by `port/protocol` as text. */
export const PUBLICATIONS: readonly Publication[] = [
  { protocol: "tcp", published: PUBLISHED_PORTS.sockperf, listening: LISTENING_PORTS.sockperf },
  { protocol: "udp", published: PUBLISHED_PORTS.sockperf, listening: LISTENING_PORTS.sockperf },
  { protocol: "tcp", published: PUBLISHED_PORTS.iperf3, listening: LISTENING_PORTS.iperf3 },
  { protocol: "tcp", published: PUBLISHED_PORTS.http, listening: LISTENING_PORTS.http },
  { protocol: "udp", published: PUBLISHED_PORTS.discard, listening: LISTENING_PORTS.discard },
];

/** Kinds of deterministic MAC addresses that this file gives out. */
const DOCKER0_MAC = 0x42;

/** What every engine version shares; the rules are the version's own. */
export const DOCKER_FACTS = {
  programs: ["iptables-restore"],
  requires: ["nodes reach each other by their own addresses"],
  requiresInBrief: "nodes that reach each other by their own addresses",
  givesUp: [
    "containers have no address that another node can reach: every server needs a published port of its node",
    "the server sees the client's node as the source, not the client",
    "each connection is translated twice and tracked on both nodes",
    "the published ports of a node are shared by all its containers",
  ],
  needs: {
    services: { met: "no", because: "a Service's endpoints must be reachable from every node, and these containers are not" },
    policy: { met: "no", because: "the source of a packet is gone by the time it reaches the other node" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": { met: "yes", because: "the network between the nodes sees only the nodes' addresses" },
    ipv6: { met: "with-care", because: "needs `dockerd --ipv6 --fixed-cidr-v6` and, before engine 27, `--ip6tables`" },
  },
  overhead: 0,
  unsupported: { "latency.icmp": "ICMP has no ports: an echo to the published address is answered by the node, not by the container" },
} satisfies Partial<Mode>;

/** Differences from a running dockerd that every engine version has in the lab. */
export const DOCKER_DEVIATIONS: readonly string[] = [
  `docker0 has ${DOCKER_SUBNET} in place of 172.17.0.0/16, since the lab keeps to 198.18.0.0/15; it is the same on every node, as dockerd's default is`,
  "docker0 and the container take the link's MTU, as `--mtu` would set it; dockerd's default is 1500 whatever the link has",
  "docker-proxy is not run: it only serves connections that iptables does not translate (from the node's own loopback, from IPv6)",
  "names and MAC addresses that dockerd makes up at random are fixed here",
  "net.ipv4.ip_unprivileged_port_start and ping_group_range keep the kernel's values in the container: they restrict who may open a socket and have no effect on its speed",
];

/** What differs between engine versions. */
export interface DockerEngine {
  readonly rules: (node: NamespaceName) => RulesetStep;
  /** Whether bridged frames are shown to iptables. */
  readonly bridgeNetfilter: { readonly on: boolean; readonly reason: string };
}

const OWNER = "docker";

/** Nodes with one published container each, by an engine. */
export const docker = (engine: DockerEngine): Made =>
  madeOf({
    layers: [
      NAMESPACE,
      { layer: "routing", title: "routing", ground: true },
      { layer: "bridge", title: "bridge", ground: true },
      ...(engine.bridgeNetfilter.on ? BRIDGE_LAYERS.filter(({ layer }) => layer === "br-netfilter") : []),
      CONNTRACK,
      rulesLayer(OWNER, ["conntrack"]),
      masqueradeLayer("masquerading and published ports"),
    ],
    wiring: (topology, has) => (has("routing") ? dockerWiring(topology, engine, has) : handedOver(topology)),
  });

/** How one node's containers are addressed. */
interface ContainerNet {
  readonly gateway: string;
  readonly subnet: string;
  readonly length: number;
  readonly address: (slot: number) => string;
}

/** Docker's own: the same on every node, since another node's containers are reached by published ports. */
const ALIKE: ContainerNet = { gateway: DOCKER_GATEWAY, subnet: DOCKER_SUBNET, length: 16, address: containerAddress };

/** On rungs without the nat table containers are reached by their addresses, which then differ from node to node. */
const apart = (index: number): ContainerNet => ({
  gateway: podGateway(index),
  subnet: podCidr(index),
  length: 24,
  address: (slot) => podAddress(index, slot),
});

function dockerWiring(topology: Topology, engine: DockerEngine, has: Has): Wiring {
  if (!has("bridge")) return routedContainers(topology);
  const published = has("masquerade");
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...nodeIndexes(topology).flatMap((index) => {
        const net = published ? ALIKE : apart(index);
        return [
          ...bridgeOnNode(topology, index, net, shownTo(engine, has)),
          ...eachPod(topology, index, (slot) => [...containerLink(topology, index, slot), ...container(index, slot, net)]),
          ...(published ? [] : peerRoutes(topology, index, podCidr)),
          ...rulesFor(index, published, engine, has),
        ];
      }),
    ],
    paths: published
      ? nodePair({ mtu: topology.mtu, podTarget: nodeAddress(1), ports: PUBLISHED_PORTS })
      : pathByAddress(topology, has(rulesetLayer(OWNER))),
  };
}

const HIDDEN = { on: false, reason: "a bridge by itself" };
const shownTo = ({ bridgeNetfilter: own }: DockerEngine, has: Has): DockerEngine["bridgeNetfilter"] =>
  own.on && !has("br-netfilter") ? HIDDEN : own;

/** What the bridge is held against: containers on links of their own. */
function routedContainers(topology: Topology): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...ptpPods(topology, topology.mtu),
      ...nodeIndexes(topology).flatMap((index) => peerRoutes(topology, index, podCidr)),
    ],
    paths: pathByAddress(topology, false),
  };
}

/** @param filtered - whether docker's rules let nothing but published ports in */
function pathByAddress(topology: Topology, filtered: boolean): Wiring["paths"] {
  const path = nodePair({ mtu: topology.mtu, podTarget: podAddress(1) })["pod-pod"];
  return { "pod-pod": filtered ? { ...path, portsOnly: true } : path };
}

/** The engine's rules; where containers have addresses of their own, with these, and without what drops packets to them. */
function rulesFor(index: number, published: boolean, engine: DockerEngine, has: Has): RulesetStep[] {
  const rules = engine.rules(nodeName(index));
  if (published) return ownRules(rules, OWNER, has);
  const tables = rules.tables.filter(({ name }) => name === "filter").map((table) => addressedTo(podAddress(index), table));
  return ownRules({ ...rules, tables }, OWNER, has);
}

const addressedTo = (address: string, table: RuleTable): RuleTable => ({
  ...table,
  chains: table.chains.map((chain) => ({
    ...chain,
    rules: chain.rules.map((rule) => rule.replaceAll(`${CONTAINER_ADDRESS}/`, `${address}/`)),
  })),
});

function bridgeOnNode(topology: Topology, index: number, net: ContainerNet, { on, reason }: DockerEngine["bridgeNetfilter"]): Step[] {
  const node = nodeName(index);
  return [
    bridgeNetfilter(node, on, reason),
    {
      kind: "link",
      id: "bridge",
      in: node,
      name: "docker0",
      type: "bridge",
      common: ["mtu", String(topology.mtu), "txqueuelen", "0", "address", macAddress(DOCKER0_MAC, index)],
      reason: "dockerd's default bridge; it has a MAC address of its own",
    },
    {
      kind: "address",
      in: node,
      device: "docker0",
      address: `${net.gateway}/${String(net.length)}`,
      options: ["brd", "+"],
      reason: "the containers' gateway",
    },
    { kind: "link-set", in: node, name: "docker0", settings: ["up"], reason: "the bridge is on" },
    connectedRoute(node, "docker0", net.subnet, net.gateway),
  ];
}

function containerLink(topology: Topology, index: number, slot: number): Step[] {
  const node = nodeName(index);
  const veth = hostVeth(index, slot);
  return [
    vethPair(index, slot, topology.mtu),
    ...deviceSysctls(node, veth),
    { kind: "link-set", in: node, name: veth, settings: ["master", "docker0", "up"], reason: "the container's port on docker0" },
  ];
}

function container(index: number, slot: number, net: ContainerNet): Step[] {
  const pod = podName(index, slot);
  const address = net.address(slot);
  return [
    ...podBasics(pod),
    {
      kind: "link-set",
      in: pod,
      name: "eth0",
      settings: ["address", containerMac(slot)],
      reason: "dockerd derives the MAC from the address",
    },
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${address}/${String(net.length)}`,
      options: ["brd", "+"],
      reason: "the container's address, in the order in which dockerd gives them out",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the container's link is on" },
    connectedRoute(pod, "eth0", net.subnet, address),
    gatewayRoute(pod, "default", net.gateway),
  ];
}

/** `-p PROTOCOL -m PROTOCOL --dport PORT`, as iptables-save prints it. */
export const portMatch = (protocol: Publication["protocol"], port: number): string =>
  `-p ${protocol} -m ${protocol} --dport ${String(port)}`;

/** The filter rule that lets others reach a published port. */
export const acceptRule = ({ protocol, listening }: Publication): string =>
  `-A DOCKER -d ${CONTAINER_ADDRESS}/32 ! -i docker0 -o docker0 ${portMatch(protocol, listening)} -j ACCEPT`;

/** The nat rule that leads a published port to the container. */
export const dnatRule = ({ protocol, published, listening }: Publication): string =>
  `-A DOCKER ! -i docker0 ${portMatch(protocol, published)} -j DNAT --to-destination ${CONTAINER_ADDRESS}:${String(listening)}`;

/** Chains of the nat table. */
export const NAT_CHAINS: readonly string[] = ["PREROUTING ACCEPT", "INPUT ACCEPT", "OUTPUT ACCEPT", "POSTROUTING ACCEPT", "DOCKER"];

/** Rules of the nat table that all versions begin with. */
export const NAT_PREAMBLE: readonly string[] = [
  "-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER",
  "-A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER",
  `-A POSTROUTING -s ${DOCKER_SUBNET} ! -o docker0 -j MASQUERADE`,
];
