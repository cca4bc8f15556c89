/**
 * What dockerd wires on a node whatever its version: docker0, one container on it and the container's published ports.
 * Compared with engine 20.10 itself in `test/oracles/docker.test.ts`.
 * @packageDocumentation
 */

import type { NamespaceName, RulesetStep, ServicePorts, Step, Topology, Wiring } from "../../model/wiring.js";
import { LISTENING_PORTS } from "../../model/wiring.js";
import type { Mode } from "../contract.js";
import { macAddress, nodeAddress } from "./addresses.js";
import { gatewayRoute, hostVeth, podBasics, podNamespaces, vethPair } from "./cni-bridge.js";
import { nodePair } from "./paths.js";
import { bridgeNetfilter, deviceSysctls } from "./sysctls.js";
import { connectedRoute, nodeIndexes, nodeName, podName, underlay } from "./underlay.js";

/** docker0's network, the same on every node as 172.17.0.0/16 is in production. */
export const DOCKER_SUBNET = "198.19.0.0/16";
/** docker0's own address. */
export const DOCKER_GATEWAY = "198.19.0.1";
/** The first container of each node. */
export const CONTAINER_ADDRESS = "198.19.0.2";
/** dockerd derives a container's MAC address from its IPv4 address. */
export const CONTAINER_MAC = "02:42:c6:13:00:02";

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
  "names and MAC addresses that dockerd draws at random are fixed",
  "net.ipv4.ip_unprivileged_port_start and ping_group_range keep the kernel's values in the container: they decide who may open a socket, not how fast it is",
];

/** What differs between engine versions. */
export interface DockerEngine {
  readonly rules: (node: NamespaceName) => RulesetStep;
  /** Whether bridged frames are shown to iptables. */
  readonly bridgeNetfilter: { readonly on: boolean; readonly reason: string };
}

/** The wiring of nodes with one published container each. */
export function dockerWiring(topology: Topology, engine: DockerEngine): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...nodeIndexes(topology).flatMap((index) => [
        ...bridgeOnNode(topology, index, engine),
        ...containerLink(topology, index),
        ...container(index),
        engine.rules(nodeName(index)),
      ]),
    ],
    paths: nodePair({ mtu: topology.mtu, podTarget: nodeAddress(1), ports: PUBLISHED_PORTS }),
  };
}

function bridgeOnNode(topology: Topology, index: number, { bridgeNetfilter: { on, reason } }: DockerEngine): Step[] {
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
      address: `${DOCKER_GATEWAY}/16`,
      options: ["brd", "+"],
      reason: "the containers' gateway",
    },
    { kind: "link-set", in: node, name: "docker0", settings: ["up"], reason: "the bridge is on" },
    connectedRoute(node, "docker0", DOCKER_SUBNET, DOCKER_GATEWAY),
  ];
}

function containerLink(topology: Topology, index: number): Step[] {
  const node = nodeName(index);
  const veth = hostVeth(index);
  return [
    vethPair(index, topology.mtu),
    ...deviceSysctls(node, veth),
    { kind: "link-set", in: node, name: veth, settings: ["master", "docker0", "up"], reason: "the container's port on docker0" },
  ];
}

function container(index: number): Step[] {
  const pod = podName(index);
  return [
    ...podBasics(pod),
    { kind: "link-set", in: pod, name: "eth0", settings: ["address", CONTAINER_MAC], reason: "dockerd derives the MAC from the address" },
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${CONTAINER_ADDRESS}/16`,
      options: ["brd", "+"],
      reason: "the container's address, the first that dockerd gives out",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the container's link is on" },
    connectedRoute(pod, "eth0", DOCKER_SUBNET, CONTAINER_ADDRESS),
    gatewayRoute(pod, "default", DOCKER_GATEWAY),
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
