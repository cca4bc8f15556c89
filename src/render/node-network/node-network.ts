/**
 * What a node needs so that pods of other nodes are reached, as data: iproute2, networkd and others each write it down in their own words.
 * @packageDocumentation
 */
import { addressText, contains, type HostAddress, linkOf, nthText, type Prefix, prefixText } from "../addressing/prefix.js";
import { addressesOf, type Need, type PlacedNode, type RenderInput } from "../contract.js";
import { RenderError } from "../errors.js";

/** A tunnel endpoint; its peers are written down, not learned. */
export interface VxlanDevice {
  readonly kind: "vxlan";
  readonly name: string;
  readonly mtu: number;
  readonly mac: string;
  readonly vni: number;
  readonly port: number;
  /** The node's own address, and the card that has it. */
  readonly local: string;
  readonly underlay: string;
  /** Of the endpoint itself, with its length. */
  readonly address: string;
}

/** A tunnel whose routes say where its packets go. */
export interface IpipDevice {
  readonly kind: "ipip";
  readonly name: string;
  readonly mtu: number;
  /** The node's own address. */
  readonly local: string;
  /** Of the device itself, with its length. */
  readonly address: string;
}

/** A tagged VLAN on a card. */
export interface VlanDevice {
  readonly kind: "vlan";
  readonly name: string;
  readonly mtu: number;
  readonly parent: string;
  readonly id: number;
}

/** A bridge over a device of the node's, for pods of the same segment. */
export interface BridgeDevice {
  readonly kind: "bridge";
  readonly name: string;
  readonly mtu: number;
  readonly uplink: string;
  /** The card's, where it is known: a bridge takes the lowest of its ports' otherwise, which changes with the pods. */
  readonly mac?: string;
  /** Whether the node's own address moves to it: a port of a bridge receives nothing for itself. */
  readonly hasNodeAddress: boolean;
}

/** A device that the node has beside its card. */
export type NodeDevice = VxlanDevice | IpipDevice | VlanDevice | BridgeDevice;

/** A route to another node's pods. */
export interface NodeRoute {
  readonly to: string;
  readonly via: string;
  readonly device: string;
  /** The next hop is on no network of the device's. */
  readonly onlink?: true;
  readonly reason: string;
}

/** How a peer's tunnel endpoint is found. */
export interface TunnelPeer {
  readonly device: string;
  /** The endpoint's address in the tunnel, its MAC address, and the node behind it. */
  readonly endpoint: string;
  readonly mac: string;
  readonly node: string;
  readonly reason: string;
}

/** A setting of the kernel. */
export interface NodeSysctl {
  readonly name: string;
  readonly value: string;
  readonly reason: string;
  /** The kernel may lack it, and then it does not matter. */
  readonly mayBeUnknown?: true;
}

/** All of a node's. */
export interface NodeNetwork {
  readonly node: PlacedNode;
  readonly devices: readonly NodeDevice[];
  readonly routes: readonly NodeRoute[];
  readonly peers: readonly TunnelPeer[];
  readonly sysctls: readonly NodeSysctl[];
  /** Whom its resolver asks; empty where cluster.yaml names none. */
  readonly nameservers: readonly HostAddress[];
}

/** What no document of a node's network does. */
export const NOT_MASQUERADED =
  "it masquerades nothing: pods leave the cluster with their own addresses unless an ip-masq-agent or the network translates them";

/** Devices that CNI plugins and their daemons make, as patterns: who manages a node's links would take them over. */
export const POD_DEVICES = ["veth*", "cali*", "lxc*", "cni*", "cbr*"] as const;

/** What a document that has all of a card's configuration takes away where nodes.yaml names no gateway. */
export const withoutGateway = ({ gateway }: Pick<PlacedNode, "gateway">): readonly string[] =>
  gateway === undefined ? ["nodes.yaml names no gateway of this node: the default route of its card is gone with this document"] : [];

/** Modes whose nodes have something of their own to set up. */
export const MODES_WITH_NODE_NETWORK = [
  "flannel-vxlan",
  "flannel-ipip",
  "flannel-host-gw",
  "gce",
  "l2-bridge",
  "ipvlan-l3s",
  "vlan",
  "kindnet",
] as const;

/** What a node's network cannot be rendered without, in a mode. */
export const nodeNetworkNeeds = (mode: string): readonly Need[] => [
  ...(["nodes", "prefix lengths"] as const),
  ...(mode === "l2-bridge" || mode === "vlan" ? (["segment"] as const) : []),
  ...(mode === "vlan" ? (["segment.vlan"] as const) : []),
];

const FORWARDING: NodeSysctl = { name: "net.ipv4.ip_forward", value: "1", reason: "the node forwards between its pods and the link" };
const FORWARDING6: NodeSysctl = { name: "net.ipv6.conf.all.forwarding", value: "1", reason: "the same for IPv6" };
const FILTERED: NodeSysctl = {
  name: "net.bridge.bridge-nf-call-iptables",
  value: "1",
  reason: "Kubernetes asks for it: replies between pods of one bridge must meet the entries of their Services",
};
const UNFILTERED: NodeSysctl = {
  name: "net.bridge.bridge-nf-call-iptables",
  value: "0",
  reason: "frames of the pods' segment are bridged past iptables; 1 would charge them for the hooks",
  mayBeUnknown: true,
};

/** What the router forwards by, where the fabric knows which node has which pods: each family that pods have. */
export const routerForwarding = ({ nodes }: Pick<RenderInput, "nodes">): readonly NodeSysctl[] => [
  { ...FORWARDING, reason: "the router forwards" },
  ...(nodes.some(hasIpv6Pods) ? [FORWARDING6] : []),
];

const hasIpv6Pods = ({ podCIDRs }: Pick<PlacedNode, "podCIDRs">): boolean => podCIDRs.some(({ family }) => family === "ipv6");

/** Why a router sends no redirects; of its devices and `all` each has a setting, and it sends them where either says so: 0 in `all` alone changes nothing. */
export const NO_REDIRECTS = "nodes of one segment would be led past the router, which drops the packets they send from pods' addresses";

/**
 * The network of each node.
 * @throws RenderError where the mode cannot be written down for the given addresses
 */
export function nodeNetworks(input: RenderInput): readonly NodeNetwork[] {
  return input.nodes.map((node) => ({
    node,
    devices: [],
    routes: [],
    peers: [],
    ...shareOf(input, node),
    sysctls: sysctlsOf(input, node),
    nameservers: input.cluster.nameservers ?? [],
  }));
}

type Share = Partial<Pick<NodeNetwork, "devices" | "routes" | "peers">>;

function shareOf(input: RenderInput, node: PlacedNode): Share {
  switch (input.variant.mode.name) {
    case "flannel-vxlan":
      return vxlanMesh(input, node);
    case "flannel-ipip":
      return ipipTunnel(input, node);
    case "flannel-host-gw":
    case "kindnet":
    case "ipvlan-l3s":
      return { routes: peersOf(input, node).flatMap((peer) => routesOnSegment(input, node, peer)) };
    case "l2-bridge":
      return { devices: [bridgeOver(node, "br0", node.interface, true, node.mac)] };
    case "vlan":
      return vlanBridge(input, node);
    default:
      return {};
  }
}

const peersOf = ({ nodes }: RenderInput, node: PlacedNode): readonly PlacedNode[] => nodes.filter((one) => one !== node);

/** A next hop behind a router is refused by the kernel (`Nexthop has invalid gateway`): such a document would do nothing. */
function routesOnSegment({ variant }: RenderInput, node: PlacedNode, peer: PlacedNode): readonly NodeRoute[] {
  for (const prefix of peer.podCIDRs) {
    const hop = addressOf(peer, prefix);
    const own = addressesOf(node).find(({ family, length }) => family === hop.family && length !== undefined);
    if (own !== undefined && !contains(linkOf(own), linkOf({ family: hop.family, value: hop.value })))
      throw new RenderError(
        `${variant.mode.name} needs all nodes on one segment, and ${peer.name} (${addressText(hop)}) lies outside of ${prefixText(linkOf(own))}, the network of ${node.name}; flannel-vxlan does not`,
      );
  }
  return routesTo(peer, node.interface);
}

/** Routes to a node's pods by way of its own address, a family each. */
export function routesTo(peer: PlacedNode, device: string): readonly NodeRoute[] {
  return peer.podCIDRs.map((prefix) => ({
    to: prefixText(prefix),
    via: addressText(addressOf(peer, prefix)),
    device,
    reason: `pods of ${peer.name} by way of its address`,
  }));
}

/**
 * The node's address of a prefix's family.
 * @throws RenderError where it has none
 */
export function addressOf(node: PlacedNode, { family }: Prefix): HostAddress {
  const address = addressesOf(node).find((one) => one.family === family);
  if (address !== undefined) return address;
  const which = family === "ipv4" ? "IPv4" : "IPv6";
  throw new RenderError(
    `pods have ${which} addresses and ${node.name} has none: nodes.yaml lacks its ${family === "ipv4" ? "address" : "address6"}`,
  );
}

const MESH = { device: "flannel.1", vni: 1, port: 8472 } as const;

function vxlanMesh(input: RenderInput, node: PlacedNode): Share {
  const mesh = { name: MESH.device, vni: MESH.vni, port: MESH.port };
  const own = endpointOf(input, node);
  return {
    devices: [
      {
        kind: "vxlan",
        ...mesh,
        mtu: input.mtus.pod,
        mac: own.mac,
        local: own.node,
        underlay: node.interface,
        address: `${own.endpoint}/32`,
      },
    ],
    peers: peersOf(input, node).map((peer) => ({
      device: MESH.device,
      ...endpointOf(input, peer),
      reason: `the tunnel endpoint of ${peer.name}`,
    })),
    routes: peersOf(input, node).map((peer) => ({
      to: peer.podCIDRs.map(prefixText).join(),
      via: endpointOf(input, peer).endpoint,
      device: MESH.device,
      onlink: true,
      reason: `pods of ${peer.name} through the tunnel`,
    })),
  };
}

const IPIP = "flannel.ipip";

/** A route's gateway is where the tunnel sends: no peer has to be written down. */
function ipipTunnel(input: RenderInput, node: PlacedNode): Share {
  const own = endpointOf(input, node);
  return {
    devices: [{ kind: "ipip", name: IPIP, mtu: input.mtus.pod, local: own.node, address: `${own.endpoint}/32` }],
    routes: peersOf(input, node).map((peer) => ({
      to: peer.podCIDRs.map(prefixText).join(),
      via: endpointOf(input, peer).node,
      device: IPIP,
      onlink: true,
      reason: `pods of ${peer.name} through the tunnel`,
    })),
  };
}

/** As flannel does it: a tunnel's device has the first address of its node's PodCIDR. Its MAC address is made of the node's, which no other one has. */
function endpointOf(
  { variant }: RenderInput,
  node: PlacedNode,
): { readonly endpoint: string; readonly mac: string; readonly node: string } {
  const [prefix, other] = node.podCIDRs;
  const { address } = node;
  if (prefix?.family !== "ipv4" || other !== undefined || address.family !== "ipv4")
    throw new RenderError(
      variant.mode.name === "flannel-vxlan"
        ? "flannel-vxlan is written down for IPv4 only without flannel's daemon; --for flannel renders both families"
        : `${variant.mode.name} carries IPv4 alone; flannel-vxlan and flannel-host-gw carry both families`,
    );
  const bytes = [24n, 16n, 8n, 0n].map((shift) => ((address.value >> shift) & 255n).toString(16).padStart(2, "0"));
  return { endpoint: nthText(prefix, 0n), mac: ["02", "70", ...bytes].join(":"), node: addressText(address) };
}

function vlanBridge({ cluster }: RenderInput, node: PlacedNode): Share {
  const id = cluster.segment?.vlan ?? 0;
  const vlan = vlanNames(node, id);
  return {
    devices: [
      { kind: "vlan", name: vlan.device, mtu: node.mtu, parent: node.interface, id },
      bridgeOver(node, vlan.bridge, vlan.device, false, undefined),
    ],
  };
}

/** Names of the pods' VLAN on a card and of the bridge over it. */
export const vlanNames = (node: Pick<PlacedNode, "interface">, id: number): { readonly device: string; readonly bridge: string } => {
  const device = `${node.interface}.${String(id)}`;
  // IFNAMSIZ: 15 characters and the end.
  return { device: device.length > 15 ? `vlan${String(id)}` : device, bridge: `br${String(id)}` };
};

const bridgeOver = ({ mtu }: PlacedNode, name: string, uplink: string, hasNodeAddress: boolean, mac: string | undefined): BridgeDevice => ({
  kind: "bridge",
  name,
  mtu,
  uplink,
  hasNodeAddress,
  ...(mac === undefined ? {} : { mac }),
});

/** Modes whose pods hang on a bridge that the CNI plugin makes, and those whose bridge carries the segment itself. */
const CNI_BRIDGES = ["flannel-vxlan", "flannel-ipip", "flannel-host-gw", "gce"];
const SEGMENT_BRIDGES = ["l2-bridge", "vlan"];

function sysctlsOf({ variant }: RenderInput, node: PlacedNode): readonly NodeSysctl[] {
  const { name } = variant.mode;
  const bridge = CNI_BRIDGES.includes(name) ? [FILTERED] : SEGMENT_BRIDGES.includes(name) ? [UNFILTERED] : [];
  return [FORWARDING, ...(hasIpv6Pods(node) ? [FORWARDING6] : []), ...bridge];
}
