/**
 * Pods as ports of a bridge that carries the link itself: one L2 segment from pod to pod.
 * @packageDocumentation
 */
import type { Step, Topology } from "../../model/wiring.js";
import { macAddress } from "./addresses.js";
import { hostVeth, podBasics, vethPair } from "./cni-bridge.js";
import { bridgeNetfilter, deviceSysctls } from "./sysctls.js";
import { nodeName, podName } from "./underlay.js";

/** Kinds of deterministic MAC addresses that this file gives out. */
const BRIDGE_MAC = 0x20;

/** A node's bridge over one of its devices. */
export interface BridgeOverLink {
  readonly bridge: string;
  /** The device that joins the bridge: `eth0`, or a VLAN on it. */
  readonly uplink: string;
  readonly netfilterReason: string;
}

/** The bridge with the uplink as its first port, running, without an address. */
export function bridgeOverLink(topology: Topology, index: number, over: BridgeOverLink): Step[] {
  const node = nodeName(index);
  return [
    bridgeNetfilter(node, false, over.netfilterReason),
    {
      kind: "link",
      id: "bridge",
      in: node,
      name: over.bridge,
      type: "bridge",
      common: ["mtu", String(topology.mtu), "address", macAddress(BRIDGE_MAC, index)],
      reason: "the bridge that carries the pods' segment; its MAC is pinned, it would follow the ports otherwise",
    },
    {
      kind: "link-set",
      in: node,
      name: over.uplink,
      settings: ["master", over.bridge, "up"],
      reason: "the segment enters the bridge here",
    },
    { kind: "link-set", in: node, name: over.bridge, settings: ["up"], reason: "the bridge is on" },
  ];
}

/** The pod's link, its port on the bridge and the pod's basics; the address is the mode's. */
export function podPort(topology: Topology, index: number, slot: number, bridge: string): Step[] {
  const node = nodeName(index);
  const veth = hostVeth(index, slot);
  return [
    vethPair(index, slot, topology.mtu),
    ...deviceSysctls(node, veth),
    { kind: "link-set", in: node, name: veth, settings: ["master", bridge, "up"], reason: "the pod's port on the bridge" },
    ...podBasics(podName(index, slot)),
  ];
}
