/**
 * The link between the nodes, the same for every mode: what stands in for network cards, cable and switch.
 * @packageDocumentation
 */
import { BUCKET_SECONDS, type NamespaceSpec, type QdiscStep, type RouteStep, type Step, type Topology } from "../../model/wiring.js";
import type { BitsPerSecond } from "../../units/quantity.js";
import { letter, nodeAddress, UNDERLAY_PREFIX } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { outwardRoute, segmentRouter } from "./outside.js";
import { bridgeNetfilter, deviceSysctls, endpointSysctls, nodeSysctls } from "./sysctls.js";

/** Name of the n-th node's namespace (0-based). */
export const nodeName = (index: number): string => `node-${letter(index)}`;
/** Name of a pod's namespace on the n-th node (0-based): of the measured one (slot 0), or of a further one, `pod-a2`. */
export const podName = (index: number, slot = 0): string => `pod-${letter(index)}${ordinal(slot)}`;
/** 0 .. nodes-1. */
export const nodeIndexes = (topology: Topology): readonly number[] => Array.from({ length: topology.nodes }, (_, index) => index);
/** What tells the names of a node's further pods from the first one's. */
export const ordinal = (slot: number): string => (slot === 0 ? "" : String(slot + 1));
/** The slots of a node's pods: 0 .. pods-1. */
export const podSlots = ({ pods }: Topology, index: number): readonly number[] =>
  Array.from({ length: pods?.[index] ?? 1 }, (_, slot) => slot);
/** The same thing for each pod of a node. */
export const eachPod = <Made>(topology: Topology, index: number, make: (slot: number) => readonly Made[]): Made[] =>
  podSlots(topology, index).flatMap(make);

/**
 * The rate limit of one device. The bucket holds 10 ms of its rate: less and the limiter is noisy, more and its burst biases
 * a short trial (measured: the spread of 1-s trials is 0.36 % with it, 3-4 % with 128 kB).
 */
export function rateLimit(namespace: string, device: string, rate: BitsPerSecond): QdiscStep {
  const burst = Math.round((rate / 8) * BUCKET_SECONDS);
  return {
    kind: "qdisc",
    in: namespace,
    device,
    options: ["root", "tbf", "rate", `${String(rate)}bit`, "burst", `${String(burst)}b`, "latency", "50ms"],
    reason: "the link's rate, with a token bucket of 10 ms",
  };
}

/** The connected route of a device with its congestion control; the kernel made it without one. */
export function connectedRoute(namespace: string, device: string, prefix: string, address: string): RouteStep {
  return {
    kind: "route",
    in: namespace,
    to: prefix,
    options: ["dev", device, "proto", "kernel", "scope", "link", "src", address, ...CUBIC],
    reason: "the connected route, with one congestion control for every mode",
  };
}

/** What the `switch` namespace says of itself: it forwards no packet by address, and filters nothing. */
export const switchSysctls = (): Step[] => [
  ...endpointSysctls("switch"),
  bridgeNetfilter("switch", false, "a switch has no packet filter"),
];

/** Which part of the underlay a mode takes over itself. */
export interface UnderlayOptions {
  /** Nodes that run no pods forward nothing. */
  readonly forwarding: boolean;
  /** False where the mode gives eth0's address to something else (a bridge) or has its own fabric. */
  readonly addresses?: boolean;
}

/**
 * Node namespaces joined by one L2 segment on `eth0`. Two nodes are joined by one veth pair, as a cable would;
 * more of them, or two with a router, hang on a bridge in a `switch` namespace.
 */
export function underlay(topology: Topology, options: UnderlayOptions): { readonly namespaces: NamespaceSpec[]; readonly steps: Step[] } {
  const nodes = nodeIndexes(topology);
  const namespaces: NamespaceSpec[] = nodes.map((index) => ({ name: nodeName(index), kind: "node", reason: "a node" }));
  const steps: Step[] = [];
  if (topology.nodes === 2 && topology.outside === undefined) steps.push(...cable(topology));
  else {
    const router = segmentRouter(topology);
    namespaces.push({ name: "switch", kind: "fabric", reason: "the switch that joins the nodes" }, ...router.namespaces);
    steps.push(...switched(topology), ...router.steps);
  }
  for (const index of nodes) steps.push(...node(topology, index, options));
  return { namespaces, steps };
}

function cable(topology: Topology): Step[] {
  const mtu = ["mtu", String(topology.mtu)];
  return [
    {
      kind: "link",
      id: "cable",
      in: nodeName(0),
      name: "eth0",
      type: "veth",
      common: mtu,
      peer: { name: "eth0", in: nodeName(1), common: mtu },
      reason: "the cable between the two nodes",
    },
  ];
}

function switched(topology: Topology): Step[] {
  const mtu = ["mtu", String(topology.mtu)];
  const ports = nodeIndexes(topology).map(
    (index): Step => ({
      kind: "link",
      id: "cable",
      in: nodeName(index),
      name: "eth0",
      type: "veth",
      common: mtu,
      peer: { name: `port-${letter(index)}`, in: "switch", common: mtu },
      reason: "the cable from the node to the switch",
    }),
  );
  return [
    ...ports,
    ...switchSysctls(),
    { kind: "link", in: "switch", name: "br0", type: "bridge", common: mtu, reason: "the switch itself" },
    { kind: "link-set", in: "switch", name: "br0", settings: ["up"], reason: "the switch is on" },
    ...nodeIndexes(topology).map(
      (index): Step => ({
        kind: "link-set",
        in: "switch",
        name: `port-${letter(index)}`,
        settings: ["master", "br0", "up"],
        reason: "a port of the switch",
      }),
    ),
  ];
}

function node(topology: Topology, index: number, options: UnderlayOptions): Step[] {
  const name = nodeName(index);
  const steps: Step[] = options.forwarding ? nodeSysctls(name) : endpointSysctls(name);
  steps.push(...deviceSysctls(name, "eth0"));
  steps.push({ kind: "link-set", in: name, name: "lo", settings: ["up"], reason: "loopback" });
  if (options.addresses !== false) {
    steps.push({ kind: "address", in: name, device: "eth0", address: `${nodeAddress(index)}/24`, reason: "the node's address" });
  }
  steps.push({ kind: "link-set", in: name, name: "eth0", settings: ["up"], reason: "the node's network card is on" });
  if (options.addresses !== false) {
    steps.push(connectedRoute(name, "eth0", UNDERLAY_PREFIX, nodeAddress(index)), ...outwardRoute(topology, name, "eth0"));
  }
  if (topology.rate !== undefined) steps.push(rateLimit(name, "eth0", topology.rate));
  return steps;
}
