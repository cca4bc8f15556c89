/**
 * Pods whose packets are passed on by tc programs, past the node's IP stack and its rules: devices, routes and places of programs as Cilium has them with its
 * host routing by eBPF. Compared with a running Cilium in `test/oracles/cilium.test.ts`.
 * Source: cilium/cilium v1.20 `bpf/bpf_lxc.c`, `bpf_host.c`, `bpf_overlay.c`, `pkg/datapath/linux`.
 * @packageDocumentation
 */
import { applyingFrom } from "../../model/ebpf.js";
import type { LoadStep, RouteStep, Step, Topology, Wiring } from "../../model/wiring.js";
import { macAddress, nodeAddress, podAddress, podCidr, podGateway } from "./addresses.js";
import { podBasics, podNamespaces } from "./cni-bridge.js";
import { CUBIC } from "./congestion.js";
import { handedOver, NAMESPACE } from "./handed-over.js";
import { type Has, type Made, madeOf } from "./made-of.js";
import { peerRoutes } from "./node-routes.js";
import { nodePair } from "./paths.js";
import { tunnelLayers } from "./rung-parts.js";
import { deviceSysctls } from "./sysctls.js";
import { eachPod, nodeIndexes, nodeName, podName, underlay } from "./underlay.js";
import { VXLAN_OVERHEAD } from "./vxlan.js";

/** The layer that its loads name. */
export const POD_ROUTING = "pod-routing";

const HOST_DEVICE = "cilium_host";
const TUNNEL = { device: "cilium_vxlan", port: 8472, number: 2 } as const;
/** Kinds of deterministic MAC addresses that this file gives out: two for each of a node's pods. */
const MACS = { pod: 0x60, node: 0x61 } as const;
type End = keyof typeof MACS;

/** A whole network of pods by eBPF programs, with a VXLAN tunnel between the nodes or without. */
export const ebpfPods = (tunnelled: boolean): Made =>
  madeOf({
    layers: [
      NAMESPACE,
      { layer: "ebpf-routing", title: "eBPF routing", ground: true },
      ...tunnelLayers(tunnelled ? { title: "VXLAN", overhead: VXLAN_OVERHEAD } : undefined),
    ],
    wiring: (topology, has) => (has("ebpf-routing") ? programmed(topology, has) : handedOver(topology)),
  });

function programmed(topology: Topology, has: Has): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  const podMtu = topology.mtu - (has("mtu") ? VXLAN_OVERHEAD : 0);
  const tunnelled = has("encapsulation");
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...nodeIndexes(topology).flatMap((index) => [
        ...hostDevices(topology, index),
        ...(tunnelled ? tunnelDevice(topology, index) : []),
        ...eachPod(topology, index, (slot) => pod(topology, index, slot, podMtu)),
        ...ownRoutes(index),
        ...(tunnelled ? tunnelRoutes(topology, index, podMtu) : peerRoutes(topology, index, podCidr)),
        programs(topology, index, tunnelled),
      ]),
    ],
    paths: nodePair({ mtu: topology.mtu, podMtu, podTarget: podAddress(1) }),
  };
}

/** Name of the node's end of a pod's link. Cilium appends twelve hex digits of a hash; here they number it. */
const podDevice = (index: number, slot: number): string => `lxc${(slot * 256 + index + 1).toString(16).padStart(12, "0")}`;
const macOf = (end: End, index: number, slot: number): string => macAddress(MACS[end] + 2 * slot, index);

/** Where the node's own routes to pods lead. No one answers ARP there: a program takes what is sent. */
function hostDevices({ mtu }: Topology, index: number): Step[] {
  const node = nodeName(index);
  const common = ["mtu", String(mtu)];
  const withoutArp = (name: string): Step => ({
    kind: "link-set",
    in: node,
    name,
    settings: ["arp", "off", "up"],
    reason: "on, and without ARP: no one is on it",
  });
  return [
    {
      kind: "link",
      in: node,
      name: HOST_DEVICE,
      type: "veth",
      common,
      peer: { name: "cilium_net", in: node, common },
      reason: "the node's own way to pods: a program takes what is sent by it",
    },
    ...deviceSysctls(node, HOST_DEVICE),
    ...deviceSysctls(node, "cilium_net"),
    withoutArp("cilium_net"),
    withoutArp(HOST_DEVICE),
    {
      kind: "address",
      in: node,
      device: HOST_DEVICE,
      address: `${podGateway(index)}/32`,
      reason: "the pods' gateway, and the node's own address towards pods",
    },
  ];
}

function tunnelDevice({ mtu }: Topology, index: number): Step[] {
  const node = nodeName(index);
  const { device, port } = TUNNEL;
  return [
    {
      kind: "link",
      id: "tunnel",
      in: node,
      name: device,
      type: "vxlan",
      common: ["mtu", String(mtu)],
      options: ["external", "dstport", String(port), "nolearning"],
      reason: "a tunnel that takes its other end from the program for each packet (collect-metadata mode)",
    },
    ...deviceSysctls(node, device),
    { kind: "link-set", in: node, name: device, settings: ["up"], reason: "the tunnel is on" },
  ];
}

function pod({ mtu }: Topology, index: number, slot: number, podMtu: number): Step[] {
  const [node, name, device, gateway] = [nodeName(index), podName(index, slot), podDevice(index, slot), podGateway(index)];
  const common = (end: End): string[] => ["mtu", String(mtu), "address", macOf(end, index, slot)];
  return [
    {
      kind: "link",
      in: node,
      name: device,
      type: "veth",
      common: common("node"),
      peer: { name: "eth0", in: name, common: common("pod") },
      reason: "the pod's link; both MAC addresses stand in the programs' tables",
    },
    ...deviceSysctls(node, device),
    { kind: "link-set", in: node, name: device, settings: ["up"], reason: "the pod's link is on" },
    ...podBasics(name),
    { kind: "address", in: name, device: "eth0", address: `${podAddress(index, slot)}/32`, reason: "the pod's address, without a subnet" },
    { kind: "link-set", in: name, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    {
      kind: "route",
      in: name,
      to: `${gateway}/32`,
      options: ["dev", "eth0", "scope", "link", ...CUBIC],
      reason: "only the gateway is on the link; the node's stack answers ARP for it",
    },
    {
      kind: "route",
      in: name,
      to: "default",
      options: ["via", gateway, "dev", "eth0", "mtu", String(podMtu), ...CUBIC],
      reason: "by way of the node; the room for a tunnel is taken from the route, not from the link",
    },
  ];
}

/** What the node itself sends to its pods, and what its stack forwards to them. */
function ownRoutes(index: number): RouteStep[] {
  const gateway = podGateway(index);
  return [
    {
      kind: "route",
      in: nodeName(index),
      to: `${gateway}/32`,
      options: ["dev", HOST_DEVICE, "scope", "link", ...CUBIC],
      reason: "makes the node's own address a next hop",
    },
    {
      kind: "route",
      in: nodeName(index),
      to: podCidr(index),
      options: ["via", gateway, "dev", HOST_DEVICE, "src", gateway, ...CUBIC],
      reason: "the node's own pods, by the program",
    },
  ];
}

const tunnelRoutes = (topology: Topology, index: number, mtu: number): RouteStep[] =>
  peersOf(topology, index).map((peer) => ({
    kind: "route",
    in: nodeName(index),
    to: podCidr(peer),
    options: ["via", podGateway(index), "dev", HOST_DEVICE, "src", podGateway(index), "mtu", String(mtu), ...CUBIC],
    reason: `pods of ${nodeName(peer)}, by the program into the tunnel`,
  }));

const peersOf = (topology: Topology, index: number): number[] => nodeIndexes(topology).filter((peer) => peer !== index);

function programs(topology: Topology, index: number, tunnelled: boolean): LoadStep {
  const node = nodeName(index);
  const own = eachPod(topology, index, (slot) => [
    ["pod", podAddress(index, slot), podDevice(index, slot), macOf("pod", index, slot), macOf("node", index, slot)],
  ]);
  const lines = [
    ["pods", node, "eth0", HOST_DEVICE, ...(tunnelled ? [TUNNEL.device, String(TUNNEL.number)] : [])],
    ...own,
    ...peersOf(topology, index).map((peer) => ["range", podCidr(peer), nodeAddress(peer)]),
  ];
  return {
    kind: "load",
    id: POD_ROUTING,
    in: node,
    layer: POD_ROUTING,
    what: "programs that pass on pods' packets",
    tracks: false,
    argv: applyingFrom(node),
    inputs: [`${lines.map((words) => words.join(" ")).join("\n")}\n`],
    reason: "programs on the pods' links, the card, the node's own way to pods and the tunnel, and what they know of pods and nodes",
  };
}
