/**
 * What the Calico modes share: underlay, endpoints, rules and the facts about the product.
 * @packageDocumentation
 */
import type { OffloadStep, RouteStep, Step, Topology, Wiring } from "../../model/wiring.js";
import type { Fulfilment, Need } from "../contract.js";
import { podAddress, UNDERLAY_ROUTER } from "./addresses.js";
import { calicoBlock, calicoEndpoints, GATEWAY } from "./calico-endpoint.js";
import { type CalicoEncapsulation, calicoRules } from "./calico-rules.js";
import { podNamespaces } from "./cni-bridge.js";
import { CUBIC } from "./congestion.js";
import type { DualStack } from "./dual-stack.js";
import { handedOver, NAMESPACE } from "./handed-over.js";
import { WITHOUT_KUBE_PROXY } from "./kube-proxy.js";
import { type Has, type Made, madeOf, type OwnLayer } from "./made-of.js";
import { peerRoutes } from "./node-routes.js";
import { CONNTRACK, masqueradeLayer, ownRules, rulesLayer } from "./own-rules.js";
import { nodePair } from "./paths.js";
import { tunnelLayers } from "./rung-parts.js";
import { nodeIndexes, nodeName, underlay } from "./underlay.js";

/** How one way between the nodes differs from the others. */
export interface CalicoBackbone {
  /** Who writes the routes between nodes; the blackhole for the node's own block has the same words. */
  readonly protocol: readonly string[];
  /** What leads to the other nodes' blocks; absent: routes with the nodes as gateways. */
  readonly tunnel?: CalicoTunnel;
}

/** Calico's way through a tunnel. */
export interface CalicoTunnel {
  readonly encapsulation: CalicoEncapsulation;
  readonly title: string;
  /** Bytes that it takes from the pods' MTU. */
  readonly overhead: number;
  /** What one node has so that it reaches the blocks of the others. */
  readonly routes: (topology: Topology, index: number) => Step[];
  /** What the product switches off of the tunnel's device. */
  readonly offload?: (index: number) => OffloadStep;
}

const OWNER = "calico";

/** A whole Calico network. */
export const calico = (backbone: CalicoBackbone): Made =>
  madeOf({
    layers: [
      NAMESPACE,
      { layer: "routing", title: "routing", ground: true },
      CONNTRACK,
      rulesLayer(OWNER, ["conntrack"]),
      masqueradeLayer(),
      ...tunnelLayers(backbone.tunnel),
      ...(backbone.tunnel?.offload === undefined ? [] : [OFFLOAD]),
    ],
    wiring: (topology, has) => (has("routing") ? calicoWiring(topology, backbone, has) : handedOver(topology)),
  });

const OFFLOAD: OwnLayer = { layer: "offload", title: "tunnel's checksum offload off", on: ["encapsulation"] };

function calicoWiring(topology: Topology, { protocol, tunnel }: CalicoBackbone, has: Has): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  const podMtu = topology.mtu - (has("mtu") ? (tunnel?.overhead ?? 0) : 0);
  const within = has("encapsulation") ? tunnel : undefined;
  const offload = has("offload") ? within?.offload : undefined;
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...nodeIndexes(topology).map(defaultRoute),
      ...calicoEndpoints(topology, podMtu),
      ...nodeIndexes(topology).flatMap((index) => [
        ownBlock(index, protocol),
        ...(within?.routes(topology, index) ?? peerRoutes(topology, index, calicoBlock, protocol)),
        ...(offload === undefined ? [] : [offload(index)]),
        ...ownRules(calicoRules(topology, index, within?.encapsulation ?? "none"), OWNER, has),
      ]),
    ],
    paths: nodePair({ mtu: topology.mtu, podMtu, podTarget: podAddress(1) }),
  };
}

function defaultRoute(index: number): RouteStep {
  return {
    kind: "route",
    in: nodeName(index),
    to: "default",
    options: ["via", UNDERLAY_ROUTER, "dev", "eth0", ...CUBIC],
    reason: "proxy ARP answers for 169.254.1.1 only where a route leads there; nothing has this gateway's address, so nothing leaves",
  };
}

function ownBlock(index: number, protocol: readonly string[]): RouteStep {
  return {
    kind: "route",
    in: nodeName(index),
    to: `blackhole ${calicoBlock(index)}`,
    options: protocol,
    reason: "addresses of the node's own block that no pod has go nowhere; pods have longer routes",
  };
}

/**
 * Pods have the node's end of their link as the gateway, by the link-local address that its MAC gives (projectcalico/calico
 * cni-plugin/pkg/dataplane/linux).
 */
export const CALICO_DUAL_STACK: DualStack = { gateways: { [GATEWAY]: "fe80::ecee:eeff:feee:eeee" } };

/** What Calico has whatever its way between the nodes. */
export const CALICO_NEEDS: Readonly<Record<Exclude<Need, "no-l2" | "ipv6">, Fulfilment>> = {
  services: { met: "yes", because: "pod traffic passes the node's IP stack, where kube-proxy's rules are" },
  policy: { met: "yes", because: "felix enforces NetworkPolicy and Calico's own policies" },
  encryption: {
    met: "with-care",
    because: "Calico's WireGuard must be switched on; packets then take another path than the one measured here",
  },
};

/** Sources of what all modes share. */
export const CALICO_SOURCES = [
  "projectcalico/calico cni-plugin/pkg/dataplane/linux",
  "projectcalico/calico felix/rules/{static,dispatch,endpoints,policy,nat}.go",
] as const;

/** Deviations that all modes share. */
export const CALICO_DEVIATIONS = [
  "The rules stand for Calico 3.31: they are those of felix's source of 2025 with the iptables dataplane; no felix runs here to compare them with.",
  "Rules that look addresses up in IP sets (all hosts, all pools) name the one prefix instead; the set's lookup is not paid.",
  "The hash comments by which felix recognises its rules are left out.",
  "The failsafe chains are left out: no rule leads to them without a host endpoint.",
  "The digits of the veth's name count the pods; Calico hashes the pod's name.",
  WITHOUT_KUBE_PROXY,
] as const;
