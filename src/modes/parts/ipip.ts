/**
 * An IP-in-IP tunnel to every other node, as flannel and Calico have it: one device without a far end, and for each peer a route whose gateway is the outer
 * destination (RFC 2003).
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { nodeIndexes, nodeName } from "./underlay.js";

/** Bytes that the outer IPv4 header takes. */
export const IPIP_OVERHEAD = 20;

/** How one product names and addresses its tunnel. */
export interface IpipTunnel {
  readonly device: string;
  /** Address of a node's own device: the source of the node's own packets to pods. */
  readonly address: (index: number) => string;
  /** What lies behind a node. */
  readonly prefix: (index: number) => string;
  /** Words that the product puts to its routes. */
  readonly protocol?: readonly string[];
}

/** What a node's tunnel device has once it is there: its address, and a route for every peer. */
export function ipipRoutes(topology: Topology, { device, address, prefix, protocol = [] }: IpipTunnel, index: number): Step[] {
  const node = nodeName(index);
  const peers = nodeIndexes(topology).filter((peer) => peer !== index);
  return [
    { kind: "address", in: node, device, address: `${address(index)}/32`, reason: "source of the node's own packets to pods" },
    { kind: "link-set", in: node, name: device, settings: ["up"], reason: "the tunnel is on" },
    ...peers.map(
      (peer): Step => ({
        kind: "route",
        in: node,
        to: prefix(peer),
        options: ["via", nodeAddress(peer), "dev", device, "onlink", ...protocol, ...CUBIC],
        reason: `pods of ${nodeName(peer)} through the tunnel`,
      }),
    ),
  ];
}
