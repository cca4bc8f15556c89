/**
 * What the CNI bridge plugin 1.1.1 with host-local wires on a node and in its pod: `cni0` for flannel, `cbr0` for kubenet.
 * Compared with the plugin itself in `test/oracles/cni.test.ts`.
 * @packageDocumentation
 */
import type { NamespaceName, NamespaceSpec, RouteStep, Step, Topology } from "../../model/wiring.js";
import { letter, macAddress, podAddress, podCidr, podGateway } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { bridgeNetfilter, deviceSysctls, endpointSysctls } from "./sysctls.js";
import { connectedRoute, eachPod, nodeIndexes, nodeName, ordinal, podName } from "./underlay.js";

/** How a mode configures the plugin. */
export interface CniBridgeOptions {
  /** `cni0`, or `cbr0` under kubenet. */
  readonly bridge: string;
  /** The configuration's `mtu`: bridge and both veth ends take it, bytes. */
  readonly mtu: number;
  /** What the pod reaches through the gateway, in the order of the plugin's result: `default`, a prefix. */
  readonly podRoutes: readonly string[];
  /** Whether bridged frames are shown to iptables; absent: they are, as Kubernetes asks for. */
  readonly shown?: boolean;
}

/** Kinds of deterministic MAC addresses that this file gives out. */
const BRIDGE_MAC = 1;

/** The pods' namespaces: one on each node. */
export function podNamespaces(topology: Topology): NamespaceSpec[] {
  return nodeIndexes(topology).flatMap((index) =>
    eachPod(topology, index, (slot): NamespaceSpec[] => [
      { name: podName(index, slot), kind: "pod", reason: `a pod on ${nodeName(index)}` },
    ]),
  );
}

/** Name of the node's end of a pod's veth. The plugin draws eight random hex digits; a plan needs the same name each time. */
export const hostVeth = (index: number, slot = 0): string => `vethpod${letter(index)}${ordinal(slot)}`;

/** Bridge, pod link and pod of every node. The nodes' forwarding sysctls are set already (`nodeSysctls`). */
export function cniBridge(topology: Topology, options: CniBridgeOptions): Step[] {
  return nodeIndexes(topology).flatMap((index) => [
    ...eachPod(topology, index, (slot) => [vethPair(index, slot, options.mtu)]),
    ...nodeSettings(topology, index, options),
    ...bridgeOnNode(index, options),
    ...eachPod(topology, index, (slot) => [...podPort(index, slot, options), ...podOnBridge(index, slot, options)]),
  ]);
}

function nodeSettings(topology: Topology, index: number, { shown = true }: CniBridgeOptions): Step[] {
  const node = nodeName(index);
  return [
    bridgeNetfilter(node, shown, shown ? SHOWN : "a bridge by itself"),
    ...eachPod(topology, index, (slot) => deviceSysctls(node, hostVeth(index, slot))),
  ];
}

const SHOWN = "Kubernetes asks for it: replies between pods of one bridge must meet kube-proxy's conntrack entries";

function bridgeOnNode(index: number, options: CniBridgeOptions): Step[] {
  const node = nodeName(index);
  const { bridge } = options;
  return [
    {
      kind: "link",
      id: "bridge",
      in: node,
      name: bridge,
      type: "bridge",
      common: ["mtu", String(options.mtu), "address", macAddress(BRIDGE_MAC, index)],
      reason: "the pods' bridge; the plugin pins its MAC, which would follow the ports otherwise",
    },
    { kind: "link-set", in: node, name: bridge, settings: ["up"], reason: "the pods' bridge is on" },
    {
      kind: "address",
      in: node,
      device: bridge,
      address: `${podGateway(index)}/24`,
      options: ["brd", "+"],
      reason: "the pods' gateway (isGateway)",
    },
    connectedRoute(node, bridge, podCidr(index), podGateway(index)),
  ];
}

function podPort(index: number, slot: number, options: CniBridgeOptions): Step[] {
  const node = nodeName(index);
  const veth = hostVeth(index, slot);
  return [
    { kind: "link-set", in: node, name: veth, settings: ["master", options.bridge, "up"], reason: "the pod's port on the bridge" },
    {
      kind: "link-set",
      in: node,
      name: veth,
      settings: ["type", "bridge_slave", "hairpin", "on"],
      reason: "a pod can reach itself through a Service (hairpinMode)",
    },
  ];
}

/** A pod's link as the CNI plugins make it: no transmit queue on either end. */
export function vethPair(index: number, slot: number, mtu: number): Step {
  const common = ["mtu", String(mtu), "txqueuelen", "0"];
  return {
    kind: "link",
    in: nodeName(index),
    name: hostVeth(index, slot),
    type: "veth",
    common,
    peer: { name: "eth0", in: podName(index, slot), common },
    reason: "the pod's link",
  };
}

/** What every pod has before its address is set: sysctls, loopback and a running eth0. */
export function podBasics(pod: NamespaceName): Step[] {
  return [
    ...endpointSysctls(pod),
    ...deviceSysctls(pod, "eth0"),
    { kind: "link-set", in: pod, name: "lo", settings: ["up"], reason: "loopback, by the CNI plugin of that name" },
  ];
}

function podOnBridge(index: number, slot: number, options: CniBridgeOptions): Step[] {
  const pod = podName(index, slot);
  return [
    ...podBasics(pod),
    {
      kind: "sysctl",
      in: pod,
      name: "net.ipv4.conf.eth0.arp_notify",
      value: "1",
      reason: "the plugin lets the pod announce its address when its link comes up",
    },
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${podAddress(index, slot)}/24`,
      options: ["brd", "+"],
      reason: "the pod's address, by host-local",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    connectedRoute(pod, "eth0", podCidr(index), podAddress(index, slot)),
    ...options.podRoutes.map((to) => gatewayRoute(pod, to, podGateway(index))),
  ];
}

/** A route of a pod through its gateway. */
export function gatewayRoute(pod: NamespaceName, to: string, gateway: string): RouteStep {
  return { kind: "route", in: pod, to, options: ["via", gateway, "dev", "eth0", ...CUBIC], reason: "by way of the node" };
}
