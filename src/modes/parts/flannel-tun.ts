/**
 * flannel's backends whose device is served by a program: one TUN device that carries the whole pod network.
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { CLUSTER_CIDR, podCidrBase } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { nodeName } from "./underlay.js";

/** How a backend has its device. */
export interface FlannelTun {
  readonly device: string;
  /** Bytes that its headers take from the card's MTU. */
  readonly overhead: number;
  /** Of the route to all pods. */
  readonly scope: "global" | "link";
  readonly reasons: { readonly device: string; readonly mtu: string; readonly route: string };
}

/** A node's device with its address, and the route to all pods, in flannel's order. What serves the device comes after them. */
export function flannelTun(topology: Topology, index: number, { device, overhead, scope, reasons }: FlannelTun): Step[] {
  const node = nodeName(index);
  return [
    { kind: "tun", id: "tunnel", in: node, name: device, reason: reasons.device },
    { kind: "link-set", in: node, name: device, settings: ["mtu", String(topology.mtu - overhead)], reason: reasons.mtu },
    {
      kind: "address",
      in: node,
      device,
      address: `${podCidrBase(index)}/32`,
      reason: "source of the node's own packets to pods; /32, so that it brings no route",
    },
    { kind: "link-set", in: node, name: device, settings: ["up"], reason: "the device is on" },
    { kind: "route", in: node, to: CLUSTER_CIDR, options: ["dev", device, "scope", scope, ...CUBIC], reason: reasons.route },
  ];
}
