/**
 * What every flannel backend shares: the CNI bridge on each node and the rules of flannel's traffic manager.
 * Source: flannel-io/flannel `pkg/trafficmngr/iptables`, compared with a running flannel 0.28.10.
 * @packageDocumentation
 */
import type { RulesetStep, Step, Topology, Wiring } from "../../model/wiring.js";
import type { Fulfilment, Need } from "../contract.js";
import { CLUSTER_CIDR, podAddress, podCidr } from "./addresses.js";
import { podNamespaces } from "./cni-bridge.js";
import { handedOver, NAMESPACE } from "./handed-over.js";
import { WITHOUT_KUBE_PROXY } from "./kube-proxy.js";
import { type Has, type Made, madeOf } from "./made-of.js";
import { peerRoutes } from "./node-routes.js";
import { CONNTRACK, masqueradeLayer, ownRules, rulesLayer } from "./own-rules.js";
import { nodePair } from "./paths.js";
import { ruleTable } from "./ruleset.js";
import { BRIDGE_LAYERS, bridgedOrNot, tunnelLayers } from "./rung-parts.js";
import { nodeIndexes, nodeName, underlay } from "./underlay.js";

/** A backend that wraps packets. */
export interface FlannelTunnel {
  readonly title: string;
  /** Bytes that it takes from the pods' MTU, which flannel writes to the subnet file and the CNI plugin takes from there. */
  readonly overhead: number;
  /** What it makes on one node so that it reaches the pods of the others. */
  readonly routes: (topology: Topology, index: number) => Step[];
}

const OWNER = "flannel";

/**
 * A whole flannel network: underlay, bridges, pods, backend, rules.
 * @param tunnel - absent: each node is the gateway of its pods (host-gw)
 */
export const flannel = (tunnel?: FlannelTunnel): Made =>
  madeOf({
    layers: [
      NAMESPACE,
      { layer: "routing", title: "routing", ground: true },
      ...BRIDGE_LAYERS,
      CONNTRACK,
      rulesLayer(OWNER),
      masqueradeLayer(),
      ...tunnelLayers(tunnel),
    ],
    wiring: (topology, has) => (has("routing") ? flannelWiring(topology, tunnel, has) : handedOver(topology)),
  });

function flannelWiring(topology: Topology, tunnel: FlannelTunnel | undefined, has: Has): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  const podMtu = topology.mtu - (has("mtu") ? (tunnel?.overhead ?? 0) : 0);
  const within = has("encapsulation") ? tunnel : undefined;
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...bridgedOrNot(topology, { bridge: "cni0", mtu: podMtu, podRoutes: [CLUSTER_CIDR, "default"] }, has),
      ...nodeIndexes(topology).flatMap((index) => [
        ...(within?.routes(topology, index) ?? peerRoutes(topology, index, podCidr)),
        ...ownRules(flannelRules(index), OWNER, has),
      ]),
    ],
    paths: nodePair({ mtu: topology.mtu, podMtu, podTarget: podAddress(1) }),
  };
}

/** FLANNEL-POSTRTG and FLANNEL-FWD as flannel 0.28 appends them. */
function flannelRules(index: number): RulesetStep {
  const pods = podCidr(index);
  const masquerade = (match: string, target: string): string =>
    `-A FLANNEL-POSTRTG ${match} -m comment --comment "flanneld masq" -j ${target}`;
  return {
    kind: "ruleset",
    id: "rules",
    in: nodeName(index),
    tool: "iptables",
    tables: [
      ruleTable(
        "filter",
        ["FLANNEL-FWD"],
        [
          '-A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD',
          `-A FLANNEL-FWD -s ${CLUSTER_CIDR} -m comment --comment "flanneld forward" -j ACCEPT`,
          `-A FLANNEL-FWD -d ${CLUSTER_CIDR} -m comment --comment "flanneld forward" -j ACCEPT`,
        ],
      ),
      ruleTable(
        "nat",
        ["FLANNEL-POSTRTG"],
        [
          '-A POSTROUTING -m comment --comment "flanneld masq" -j FLANNEL-POSTRTG',
          masquerade("-m mark --mark 0x4000/0x4000", "RETURN"),
          masquerade(`-s ${pods} -d ${CLUSTER_CIDR}`, "RETURN"),
          masquerade(`-s ${CLUSTER_CIDR} -d ${pods}`, "RETURN"),
          masquerade(`! -s ${CLUSTER_CIDR} -d ${pods}`, "RETURN"),
          masquerade(`-s ${CLUSTER_CIDR} ! -d 224.0.0.0/4`, "MASQUERADE --random-fully"),
          masquerade(`! -s ${CLUSTER_CIDR} -d ${CLUSTER_CIDR}`, "MASQUERADE --random-fully"),
        ],
      ),
    ],
    reason: "flannel's masquerading and forwarding rules",
  };
}

/** What flannel's wiring has whatever its backend. */
export const FLANNEL_NEEDS: Readonly<Record<Exclude<Need, "no-l2" | "ipv6">, Fulfilment>> = {
  services: { met: "yes", because: "pod traffic passes the node's IP stack, where kube-proxy's rules are" },
  policy: {
    met: "with-care",
    because: "flannel enforces no NetworkPolicy; a policy engine must be added (Calico's as in Canal, kube-network-policies)",
  },
  encryption: { met: "no", because: "this backend sends plain packets; flannel's wireguard backend encrypts" },
};

/** Sources of what all backends share. */
export const FLANNEL_SOURCES = [
  "flannel-io/flannel pkg/trafficmngr/iptables",
  "containernetworking/plugins v1.1.1 plugins/main/bridge, plugins/ipam/host-local",
] as const;

/** Deviations that all backends share. */
export const FLANNEL_DEVIATIONS = [
  "The rules are written once; flanneld writes missing ones again every 5 s.",
  "The veth on the node is named vethpodX; the CNI plugin draws a random name.",
  WITHOUT_KUBE_PROXY,
] as const;
