/**
 * A host outside of the cluster: it knows the nodes' network, by way of the router, and nothing of pods.
 * @packageDocumentation
 */
import type { NamespaceSpec, RouteStep, Step, Topology } from "../../model/wiring.js";
import { OUTSIDE_ADDRESS, OUTSIDE_GATEWAY, UNDERLAY_PREFIX, UNDERLAY_ROUTER } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { deviceSysctls, endpointSysctls, nodeSysctls } from "./sysctls.js";

/** Namespace of the router between the nodes' network and the rest. */
export const ROUTER = "router";
/** Namespace of the outside host. */
export const OUTSIDE = "outside";

const ROUTER_DEVICE = "leg-outside";

/** The outside host and its link to the router, which is there already; nothing where the topology has none. */
export function outsideHost({ outside }: Topology): { readonly namespaces: readonly NamespaceSpec[]; readonly steps: readonly Step[] } {
  if (outside === undefined) return { namespaces: [], steps: [] };
  const common = ["mtu", String(outside.mtu)];
  return {
    namespaces: [{ name: OUTSIDE, kind: "fabric", reason: "a host outside of the cluster, which has no route to pods" }],
    steps: [
      {
        kind: "link",
        in: ROUTER,
        name: ROUTER_DEVICE,
        type: "veth",
        common,
        peer: { name: "eth0", in: OUTSIDE, common },
        reason: "the link to the outside, with an MTU of its own",
      },
      ...deviceSysctls(ROUTER, ROUTER_DEVICE),
      { kind: "address", in: ROUTER, device: ROUTER_DEVICE, address: `${OUTSIDE_GATEWAY}/24`, reason: "the outside host's gateway" },
      { kind: "link-set", in: ROUTER, name: ROUTER_DEVICE, settings: ["up"], reason: "the link is on" },
      ...endpointSysctls(OUTSIDE),
      ...deviceSysctls(OUTSIDE, "eth0"),
      { kind: "link-set", in: OUTSIDE, name: "lo", settings: ["up"], reason: "loopback" },
      { kind: "address", in: OUTSIDE, device: "eth0", address: `${OUTSIDE_ADDRESS}/24`, reason: "the outside host's address" },
      { kind: "link-set", in: OUTSIDE, name: "eth0", settings: ["up"], reason: "the link is on" },
      {
        kind: "route",
        in: OUTSIDE,
        to: "default",
        options: ["via", OUTSIDE_GATEWAY, "dev", "eth0", ...CUBIC],
        reason: "the nodes lie behind the router",
      },
    ],
  };
}

/** The router of a segment that has a port of its own on the switch. */
export function segmentRouter(topology: Topology): { readonly namespaces: readonly NamespaceSpec[]; readonly steps: readonly Step[] } {
  if (topology.outside === undefined) return { namespaces: [], steps: [] };
  const common = ["mtu", String(topology.mtu)];
  const host = outsideHost(topology);
  return {
    namespaces: [{ name: ROUTER, kind: "fabric", reason: "the router between the nodes' segment and the outside" }, ...host.namespaces],
    steps: [
      {
        kind: "link",
        in: ROUTER,
        name: "eth0",
        type: "veth",
        common,
        peer: { name: ROUTER_PORT, in: "switch", common },
        reason: "the cable from the router to the switch",
      },
      { kind: "link-set", in: "switch", name: ROUTER_PORT, settings: ["master", "br0", "up"], reason: "a port of the switch" },
      ...nodeSysctls(ROUTER),
      ...deviceSysctls(ROUTER, "eth0"),
      { kind: "link-set", in: ROUTER, name: "lo", settings: ["up"], reason: "loopback" },
      { kind: "address", in: ROUTER, device: "eth0", address: `${UNDERLAY_ROUTER}/24`, reason: "the gateway of the nodes' segment" },
      { kind: "link-set", in: ROUTER, name: "eth0", settings: ["up"], reason: "the router's card is on" },
      ...host.steps,
    ],
  };
}

const ROUTER_PORT = "port-router";

/** A node's way to what is not on its segment, {@link UNDERLAY_PREFIX}; nothing where there is no outside. */
export function outwardRoute({ outside }: Topology, node: string, device: string): RouteStep[] {
  if (outside === undefined) return [];
  return [
    {
      kind: "route",
      in: node,
      to: "default",
      options: ["via", UNDERLAY_ROUTER, "dev", device, ...CUBIC],
      reason: `everything but ${UNDERLAY_PREFIX} lies behind the segment's router`,
    },
  ];
}
