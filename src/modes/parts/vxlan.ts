/**
 * A VXLAN mesh without learning, as flannel and Calico make it: every peer's tunnel endpoint is written down.
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { nodeIndexes, nodeName } from "./underlay.js";

/** How one product names and numbers its mesh. */
export interface VxlanMesh {
  readonly device: string;
  readonly vni: number;
  readonly port: number;
  /** Bytes. */
  readonly mtu: number;
  /** Length of the device's transmit queue where the product sets one; the kernel's is 1000. */
  readonly queue?: number;
  /** MAC of a node's tunnel endpoint; both products write it down for the peers. */
  readonly mac: (index: number) => string;
  /** Address of a node's tunnel endpoint inside the mesh. */
  readonly endpoint: (index: number) => string;
  /** What lies behind a node's tunnel endpoint. */
  readonly prefix: (index: number) => string;
}

/** Bytes that VXLAN over IPv4 takes: inner Ethernet 14, VXLAN 8, UDP 8, outer IPv4 20. */
export const VXLAN_OVERHEAD = 50;

/** The tunnel endpoint of one node and its entries for every peer: neighbours, FDB entries, routes. */
export function vxlanEndpoint(topology: Topology, mesh: VxlanMesh, index: number): Step[] {
  const node = nodeName(index);
  const peers = nodeIndexes(topology).filter((peer) => peer !== index);
  return [
    ...vxlanDevice(mesh, index, node),
    ...peers.map((peer) => neighbour(mesh, peer, node)),
    ...peers.map((peer) => forwarding(mesh, peer, node)),
    ...peers.map((peer) => route(mesh, peer, node)),
    {
      kind: "sysctl",
      in: node,
      name: `net.ipv6.conf.${mesh.device.replaceAll(".", "/")}.accept_ra`,
      value: "0",
      reason: "no router advertisements from inside the mesh",
      mayBeUnknown: true,
    },
  ];
}

function vxlanDevice(mesh: VxlanMesh, index: number, node: string): Step[] {
  return [
    {
      kind: "link",
      id: "tunnel",
      in: node,
      name: mesh.device,
      type: "vxlan",
      common: [
        "mtu",
        String(mesh.mtu),
        "address",
        mesh.mac(index),
        ...(mesh.queue === undefined ? [] : ["txqueuelen", String(mesh.queue)]),
      ],
      options: ["id", String(mesh.vni), "local", nodeAddress(index), "dev", "eth0", "dstport", String(mesh.port), "nolearning"],
      reason: "the node's VXLAN tunnel endpoint; peers are written down, not learned",
    },
    { kind: "address", in: node, device: mesh.device, address: `${mesh.endpoint(index)}/32`, reason: "the tunnel endpoint's own address" },
    { kind: "link-set", in: node, name: mesh.device, settings: ["up"], reason: "the tunnel endpoint is on" },
  ];
}

const neighbour = (mesh: VxlanMesh, peer: number, node: string): Step => ({
  kind: "neighbour",
  in: node,
  device: mesh.device,
  address: mesh.endpoint(peer),
  mac: mesh.mac(peer),
  reason: `the tunnel endpoint of ${nodeName(peer)}`,
});

const forwarding = (mesh: VxlanMesh, peer: number, node: string): Step => ({
  kind: "fdb",
  in: node,
  device: mesh.device,
  mac: mesh.mac(peer),
  options: ["dst", nodeAddress(peer), "self", "permanent"],
  reason: `that endpoint is reached at ${nodeName(peer)}`,
});

const route = (mesh: VxlanMesh, peer: number, node: string): Step => ({
  kind: "route",
  in: node,
  to: mesh.prefix(peer),
  options: ["via", mesh.endpoint(peer), "dev", mesh.device, "onlink", ...CUBIC],
  reason: `pods of ${nodeName(peer)} through the tunnel`,
});
