/**
 * Pods on the nodes' own segment: every node owns a slice of the one subnet, so that no two of them give out the same address.
 * @packageDocumentation
 */
import type { RouteStep, Step, Topology } from "../../model/wiring.js";
import { UNDERLAY_PREFIX, UNDERLAY_ROUTER } from "./addresses.js";
import { gatewayRoute, podBasics } from "./cni-bridge.js";
import { connectedRoute, eachPod, nodeIndexes, nodeName, podName } from "./underlay.js";

/** First address of the slices: what lies below belongs to the router and the nodes. */
const FIRST_SLICE = 32;
/** Addresses in a slice. Eight nodes fit below 198.18.0.160. */
const SLICE_SIZE = 16;

/** A node's slice of the segment, for docker's `--fixed-cidr` or host-local's `rangeStart` and `rangeEnd`. */
export const slice = (index: number): string => `198.18.0.${String(FIRST_SLICE + index * SLICE_SIZE)}/28`;

/** A pod's address on the n-th node: the first host address of its slice (slot 0), or a later one. */
export const segmentPodAddress = (index: number, slot = 0): string => `198.18.0.${String(FIRST_SLICE + index * SLICE_SIZE + 1 + slot)}`;

/** An eth0 that is there already gets the pod's address on the segment and the segment's router as its gateway. */
export function podOnSegment(index: number, slot: number): Step[] {
  const pod = podName(index, slot);
  const address = segmentPodAddress(index, slot);
  return [
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${address}/24`,
      options: ["brd", "+"],
      reason: `the pod's address, from its node's slice ${slice(index)} of the segment`,
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    connectedRoute(pod, "eth0", UNDERLAY_PREFIX, address),
    routerRoute(pod),
  ];
}

const routerRoute = (pod: string): RouteStep => ({
  ...gatewayRoute(pod, "default", UNDERLAY_ROUTER),
  reason: "the segment's router is the pod's gateway; pods of the segment are reached without it",
});

/** Which kind of child of a node's device becomes the pod's eth0. */
export interface ChildLink {
  readonly type: "macvlan" | "ipvlan";
  /** Words after the type: the mode of the child. */
  readonly options: readonly string[];
  readonly reason: string;
  /** A MAC address of the child's own; ipvlan children share their parent's. */
  readonly mac?: (index: number, slot: number) => string;
}

/** Kernels before 6.13 look for a new link's name where it is made, not where it goes to: `eth0` is taken there. */
const CHILD = "podlink";

/** A child of every node's eth0 as its pod's eth0, ready for an address. */
export function childOfEth0(topology: Topology, child: ChildLink): Step[] {
  return nodeIndexes(topology).flatMap((index) => eachPod(topology, index, (slot) => childOf(topology, index, slot, child)));
}

function childOf(topology: Topology, index: number, slot: number, child: ChildLink): Step[] {
  const pod = podName(index, slot);
  return [
    {
      kind: "link",
      in: nodeName(index),
      name: CHILD,
      type: child.type,
      common: [
        "link",
        "eth0",
        "mtu",
        String(topology.mtu),
        "txqueuelen",
        "0",
        ...(child.mac === undefined ? [] : ["address", child.mac(index, slot)]),
      ],
      options: child.options,
      moveTo: pod,
      reason: child.reason,
    },
    { kind: "link-set", in: pod, name: CHILD, settings: ["name", "eth0"], reason: "the pod's only card" },
    ...podBasics(pod),
  ];
}
