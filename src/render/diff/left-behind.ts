/**
 * What a mode leaves on a node when its product goes: routes that win over those of the next mode, and links that hold old addresses and MTUs.
 * @packageDocumentation
 */
import { prefixText } from "../addressing/prefix.js";
import type { PlacedNode, RenderInput } from "../contract.js";
import { vlanNames } from "../node-network/node-network.js";

interface LeftBehind {
  /** By which devices its routes to other nodes' PodCIDRs go; `card` is the node's own. */
  readonly routesBy: readonly string[];
  readonly links: readonly string[];
}

const CARD = "card";

const LEFT: Readonly<Record<string, LeftBehind>> = {
  "flannel-vxlan": { routesBy: ["flannel.1"], links: ["flannel.1", "cni0"] },
  "flannel-ipip": { routesBy: ["flannel.ipip"], links: ["flannel.ipip", "cni0"] },
  "flannel-host-gw": { routesBy: [CARD], links: ["cni0"] },
  "flannel-udp": { routesBy: ["flannel0"], links: ["flannel0", "cni0"] },
  wireguard: { routesBy: ["flannel-wg"], links: ["flannel-wg", "cni0"] },
  kindnet: { routesBy: [CARD], links: [] },
  "ipvlan-l3s": { routesBy: [CARD], links: [] },
  gce: { routesBy: [], links: ["cbr0"] },
  "docker-nat": { routesBy: [], links: ["docker0"] },
  "docker-nat-28": { routesBy: [], links: ["docker0"] },
  "calico-routed": { routesBy: [CARD], links: [] },
  "calico-ipip": { routesBy: ["tunl0"], links: [] },
  "calico-vxlan": { routesBy: ["vxlan.calico"], links: ["vxlan.calico"] },
};

/** Backends with one route for the whole network, over which any route to a single PodCIDR wins by its longer prefix. */
export const hasOneRoute = (mode: string): boolean => mode === "flannel-udp" || mode === "wireguard";

/** Whether a mode has a route for each other node on each node. */
export const hasRouteEach = (mode: string): boolean => (LEFT[mode]?.routesBy.length ?? 0) > 0 && !hasOneRoute(mode);

/** Commands that take a mode's routes away, on each node: the pods' own bridge keeps its. */
export function routeCommands(mode: string, { cluster, nodes }: RenderInput): readonly string[] {
  const prefixes = (cluster.podCIDRs ?? nodes.flatMap(({ podCIDRs }) => podCIDRs)).map((prefix) => ({
    text: prefixText(prefix),
    ip: prefix.family === "ipv6" ? "ip -6" : "ip",
  }));
  return (LEFT[mode]?.routesBy ?? []).flatMap((device) =>
    prefixes.map(({ text, ip }) => `${ip} route flush root ${text} dev ${device === CARD ? cardOf(nodes) : device}`),
  );
}

/** Commands that take a mode's links away, on each node. */
export const linkCommands = (mode: string, input: RenderInput): readonly string[] =>
  (mode === "vlan" ? vlanLinks(input) : (LEFT[mode]?.links ?? [])).map((link) => `ip link del ${link}`);

/** The bridge before the VLAN that it is over; by their patterns where the VLAN that was there is not known. */
function vlanLinks({ cluster, nodes }: RenderInput): readonly string[] {
  const id = cluster.segment?.vlan;
  const card = cardOf(nodes);
  const { bridge, device } = id === undefined ? { bridge: "brID", device: `${card}.ID` } : vlanNames({ interface: card }, id);
  return [bridge, device];
}

/**
 * One line that gives the card back the node's own address from the bridge over it, on each node; undefined of a mode in which the card kept it. One line, since
 * the first of two would cut off the session in which the second is typed.
 */
export function addressBackCommand(mode: string, { nodes }: RenderInput): string | undefined {
  if (mode !== "l2-bridge") return undefined;
  const card = cardOf(nodes);
  return `ip link del br0 && ip address add ADDRESS/LENGTH dev ${card} && ip route replace default via GATEWAY dev ${card}`;
}

const cardOf = (nodes: readonly PlacedNode[]): string => {
  const [first] = nodes;
  return first !== undefined && nodes.every((node) => node.interface === first.interface) ? first.interface : "CARD";
};
