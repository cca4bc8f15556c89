/**
 * A VXLAN mesh without learning, as flannel and Calico make it: every peer's tunnel endpoint is written down.
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { CUBIC, nodeIndexes, nodeName } from "./underlay.js";

/** How one product names and numbers its mesh. */
export interface VxlanMesh {
  readonly device: string;
  readonly vni: number;
  readonly port: number;
  /** Bytes. */
  readonly mtu: number;
  /** MAC of a node's tunnel endpoint; both products write it down for the peers. */
  readonly mac: (index: number) => string;
  /** Address of a node's tunnel endpoint inside the mesh. */
  readonly endpoint: (index: number) => string;
  /** What lies behind a node's tunnel endpoint. */
  readonly prefix: (index: number) => string;
}

/** Bytes that VXLAN over IPv4 takes: inner Ethernet 14, VXLAN 8, UDP 8, outer IPv4 20. */
export const VXLAN_OVERHEAD = 50;

/** The tunnel endpoint of one node and its entries for every peer: neighbour, FDB entry, route, in that order. */
export function vxlanEndpoint(topology: Topology, mesh: VxlanMesh, index: number): Step[] {
  const node = nodeName(index);
  const peers = nodeIndexes(topology).filter((peer) => peer !== index);
  return [...vxlanDevice(mesh, index, node), ...peers.flatMap((peer) => vxlanPeer(mesh, peer, node))];
}

function vxlanDevice(mesh: VxlanMesh, index: number, node: string): Step[] {
  return [
    {
      kind: "link",
      in: node,
      name: mesh.device,
      type: "vxlan",
      common: ["mtu", String(mesh.mtu), "address", mesh.mac(index)],
      options: ["id", String(mesh.vni), "local", nodeAddress(index), "dev", "eth0", "dstport", String(mesh.port), "nolearning"],
      reason: "the node's VXLAN tunnel endpoint; peers are written down, not learned",
    },
    {
      kind: "sysctl",
      in: node,
      name: `net.ipv6.conf.${mesh.device.replaceAll(".", "/")}.accept_ra`,
      value: "0",
      reason: "no router advertisements from inside the mesh",
    },
    { kind: "address", in: node, device: mesh.device, address: `${mesh.endpoint(index)}/32`, reason: "the tunnel endpoint's own address" },
    { kind: "link-set", in: node, name: mesh.device, settings: ["up"], reason: "the tunnel endpoint is on" },
  ];
}

function vxlanPeer(mesh: VxlanMesh, peer: number, node: string): Step[] {
  const { device } = mesh;
  const peerName = nodeName(peer);
  return [
    {
      kind: "neighbour",
      in: node,
      device,
      address: mesh.endpoint(peer),
      mac: mesh.mac(peer),
      reason: `the tunnel endpoint of ${peerName}`,
    },
    {
      kind: "fdb",
      in: node,
      device,
      mac: mesh.mac(peer),
      options: ["dst", nodeAddress(peer), "self", "permanent"],
      reason: `the node behind that endpoint: ${peerName}`,
    },
    {
      kind: "route",
      in: node,
      to: mesh.prefix(peer),
      options: ["via", mesh.endpoint(peer), "dev", device, "onlink", ...CUBIC],
      reason: `pods of ${peerName} through the tunnel`,
    },
  ];
}
