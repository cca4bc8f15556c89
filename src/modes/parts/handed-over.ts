/**
 * The first rung of a ladder: a pod's own namespace and veth, and nothing that routes or bridges. The node hands each frame from the pod's link to its
 * card and back (tc's redirect), so that what is added to the bare host is the namespace and one more link at each end.
 * @packageDocumentation
 */
import type { Step, Topology, Wiring } from "../../model/wiring.js";
import { hostVeth, podBasics, podNamespaces, vethPair } from "./cni-bridge.js";
import type { OwnLayer } from "./made-of.js";
import { nodePair } from "./paths.js";
import { podOnSegment, segmentPodAddress } from "./segment.js";
import { deviceSysctls } from "./sysctls.js";
import { nodeIndexes, nodeName, podName, underlay } from "./underlay.js";

/** The layer that this rung is. */
export const NAMESPACE: OwnLayer = { layer: "namespace-veth", title: "namespace and veth", ground: true };

/** Pods whose frames are handed over; one on each node, since a card knows one pod only. */
export function handedOver(asked: Topology): Wiring {
  const topology: Topology = { ...asked, pods: [] };
  const { namespaces, steps } = underlay(topology, { forwarding: false });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [...steps, ...nodeIndexes(topology).flatMap((index) => podOnCard(topology, index))],
    paths: { "pod-pod": nodePair({ mtu: topology.mtu, podTarget: segmentPodAddress(1) })["pod-pod"] },
  };
}

function podOnCard(topology: Topology, index: number): Step[] {
  const node = nodeName(index);
  const veth = hostVeth(index);
  return [
    vethPair(index, 0, topology.mtu),
    ...deviceSysctls(node, veth),
    { kind: "link-set", in: node, name: veth, settings: ["up"], reason: "the pod's link is on" },
    ...redirected(node, veth, "eth0", "the pod's frames go to the card"),
    ...redirected(node, "eth0", veth, "what the card receives is the pod's"),
    ...podBasics(podName(index)),
    ...podOnSegment(index, 0),
  ];
}

const redirected = (node: string, device: string, to: string, reason: string): Step[] => [
  { kind: "qdisc", in: node, device, options: ["clsact"], reason: `where arrivals by ${device} can be looked at` },
  { kind: "redirect", in: node, device, to, reason: `${reason}, past routing and bridging` },
];
