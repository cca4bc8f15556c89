import type { RulesetStep, Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { CLUSTER_CIDR, podAddress, podCidr } from "./parts/addresses.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { handedOver, NAMESPACE } from "./parts/handed-over.js";
import { WITHOUT_KUBE_PROXY } from "./parts/kube-proxy.js";
import { type Has, madeOf } from "./parts/made-of.js";
import { peerRoutes } from "./parts/node-routes.js";
import { CONNTRACK, masqueradeLayer, ownRules } from "./parts/own-rules.js";
import { nodePair } from "./parts/paths.js";
import { ptpPods } from "./parts/ptp.js";
import { ruleTable } from "./parts/ruleset.js";
import { nodeIndexes, nodeName, underlay } from "./parts/underlay.js";

/** kind's network: point-to-point pod links and one route for each node. */
export const kindnet: Mode = {
  name: "kindnet",
  title: "kindnet (kind's default network)",
  summary:
    "The pod's veth ends in the node's IP stack, with no bridge between. The node routes the packet to the peer node, which has a route to each of its pods' veths. " +
    "No encapsulation, full MTU.",
  kernel: ["veth", "iptables"],
  programs: ["iptables-restore"],
  requires: ["all nodes share one L2 segment"],
  requiresInBrief: "nodes on one L2 segment",
  givesUp: ["nodes in other subnets: a node can only be a gateway on its own segment"],
  needs: {
    services: { met: "yes", because: "pod traffic passes the node's IP stack, where kube-proxy's rules are" },
    policy: { met: "yes", because: "kindnetd enforces NetworkPolicy since kind 0.24" },
    encryption: { met: "no", because: "packets travel as they are" },
    "no-l2": { met: "no", because: "a next hop must be on the node's own segment" },
    ipv6: { met: "yes", because: "kind runs IPv6 and dual-stack clusters with it" },
  },
  overhead: 0,
  knownAs: [{ product: "kind", setting: "networking.disableDefaultCNI: false (its default)" }],
  sources: [
    "kubernetes-sigs/kind images/kindnetd/cmd/kindnetd/{cni,routes,masq}.go at kindnetd v20250214-acbabc1a (kind 0.27)",
    "containernetworking/plugins v1.1.1 plugins/main/ptp, plugins/ipam/host-local",
  ],
  deviations: [
    "The masquerading rules are those of kind's own kindnetd, which writes iptables; aojea/kindnet, from which it came, writes nftables since 2024-09 (PR 62).",
    "The portmap plugin of kindnet's configuration is left out: without a hostPort it writes no rule.",
    "No NetworkPolicy is set, so that kindnetd's policy table with its queue to user space is absent, as it is without policies.",
    "The veth on the node is named vethpodX; the CNI plugin draws a random name.",
    WITHOUT_KUBE_PROXY,
  ],
  conformance: ROUTED_PODS,
  ...madeOf({
    layers: [NAMESPACE, { layer: "routing", title: "routing", ground: true }, CONNTRACK, masqueradeLayer()],
    wiring: (topology, has) => (has("routing") ? routedPods(topology, has) : handedOver(topology)),
  }),
};

function routedPods(topology: Topology, has: Has): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...ptpPods(topology, topology.mtu),
      ...nodeIndexes(topology).flatMap((index) => [
        ...peerRoutes(topology, index, podCidr),
        ...ownRules(masqueradeAgent(index), "kindnet", has),
      ]),
    ],
    paths: nodePair({ mtu: topology.mtu, podTarget: podAddress(1) }),
  };
}

function masqueradeAgent(index: number): RulesetStep {
  const jumpComment =
    "kind-masq-agent: ensure nat POSTROUTING directs all non-LOCAL destination traffic to our custom KIND-MASQ-AGENT chain";
  return {
    kind: "ruleset",
    id: "rules",
    in: nodeName(index),
    tool: "iptables",
    tables: [
      ruleTable(
        "nat",
        ["KIND-MASQ-AGENT"],
        [
          `-A POSTROUTING -m comment --comment "${jumpComment}" -m addrtype ! --dst-type LOCAL -j KIND-MASQ-AGENT`,
          `-A KIND-MASQ-AGENT -m comment --comment "kind-masq-agent: local traffic is not subject to MASQUERADE" -d ${CLUSTER_CIDR} -j RETURN`,
          '-A KIND-MASQ-AGENT -m comment --comment "ip-masq-agent: outbound traffic is subject to MASQUERADE (must be last in chain)" -j MASQUERADE',
        ],
      ),
    ],
    reason: "pods leave the cluster with their node's address",
  };
}
