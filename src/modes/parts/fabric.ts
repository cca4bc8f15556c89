/**
 * A cloud's network: every node has a leg of its own to one router, and the router knows which node has which pods.
 * @packageDocumentation
 */
import type { NamespaceSpec, Step, Topology } from "../../model/wiring.js";
import { letter, nodeAddress, podCidr, UNDERLAY_ROUTER } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { outsideHost, ROUTER } from "./outside.js";
import { deviceSysctls, nodeSysctls } from "./sysctls.js";
import { nodeIndexes, nodeName, rateLimit } from "./underlay.js";

/** Nodes and router. As on GCE, a node's address is a /32 and everything else lies behind the router. */
export function routedFabric(topology: Topology): { readonly namespaces: NamespaceSpec[]; readonly steps: Step[] } {
  const nodes = nodeIndexes(topology);
  const outside = outsideHost(topology);
  return {
    namespaces: [
      ...nodes.map((index): NamespaceSpec => ({ name: nodeName(index), kind: "node", reason: "a node" })),
      { name: ROUTER, kind: "fabric", reason: "the network between the nodes, which holds a route to each node's pods" },
      ...outside.namespaces,
    ],
    steps: [
      ...nodes.map((index) => leg(topology, index)),
      ...nodeSysctls(ROUTER),
      { kind: "link-set", in: ROUTER, name: "lo", settings: ["up"], reason: "loopback" },
      ...nodes.flatMap(routerSide),
      ...nodes.flatMap((index) => nodeSide(topology, index)),
      ...outside.steps,
    ],
  };
}

const legName = (index: number): string => `leg-${letter(index)}`;

function leg(topology: Topology, index: number): Step {
  const common = ["mtu", String(topology.mtu)];
  return {
    kind: "link",
    id: "cable",
    in: nodeName(index),
    name: "eth0",
    type: "veth",
    common,
    peer: { name: legName(index), in: ROUTER, common },
    reason: "the node's leg to the router",
  };
}

function routerSide(index: number): Step[] {
  const device = legName(index);
  return [
    ...deviceSysctls(ROUTER, device),
    { kind: "address", in: ROUTER, device, address: `${UNDERLAY_ROUTER}/32`, reason: "the nodes' gateway, the same on every leg" },
    { kind: "link-set", in: ROUTER, name: device, settings: ["up"], reason: "the leg is on" },
    {
      kind: "route",
      in: ROUTER,
      to: `${nodeAddress(index)}/32`,
      options: ["dev", device, "scope", "link", ...CUBIC],
      reason: `${nodeName(index)} is on this leg`,
    },
    {
      kind: "route",
      in: ROUTER,
      to: podCidr(index),
      options: ["via", nodeAddress(index), "dev", device, ...CUBIC],
      reason: `the cloud's route for the PodCIDR of ${nodeName(index)}`,
    },
  ];
}

function nodeSide(topology: Topology, index: number): Step[] {
  const node = nodeName(index);
  const steps: Step[] = [
    ...nodeSysctls(node),
    ...deviceSysctls(node, "eth0"),
    { kind: "link-set", in: node, name: "lo", settings: ["up"], reason: "loopback" },
    {
      kind: "address",
      in: node,
      device: "eth0",
      address: `${nodeAddress(index)}/32`,
      reason: "the node's address; a cloud gives it as a /32",
    },
    { kind: "link-set", in: node, name: "eth0", settings: ["up"], reason: "the node's network card is on" },
    {
      kind: "route",
      in: node,
      to: `${UNDERLAY_ROUTER}/32`,
      options: ["dev", "eth0", "scope", "link", ...CUBIC],
      reason: "the router is on this leg",
    },
    {
      kind: "route",
      in: node,
      to: "default",
      options: ["via", UNDERLAY_ROUTER, "dev", "eth0", ...CUBIC],
      reason: "everything else lies behind the router",
    },
  ];
  if (topology.rate !== undefined) steps.push(rateLimit(node, "eth0", topology.rate));
  return steps;
}
