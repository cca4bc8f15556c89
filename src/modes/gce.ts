import type { RulesetStep, Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { OUTSIDE_PREFIX, podAddress } from "./parts/addresses.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { routedFabric } from "./parts/fabric.js";
import { handedOver, NAMESPACE } from "./parts/handed-over.js";
import { WITHOUT_KUBE_PROXY } from "./parts/kube-proxy.js";
import { type Has, madeOf } from "./parts/made-of.js";
import { CONNTRACK, masqueradeLayer, ownRules } from "./parts/own-rules.js";
import { nodePair } from "./parts/paths.js";
import { ruleTable } from "./parts/ruleset.js";
import { BRIDGE_LAYERS, bridgedOrNot } from "./parts/rung-parts.js";
import { nodeIndexes, nodeName } from "./parts/underlay.js";

const MASQUERADED_BY_KUBENET =
  "The masquerading rule is kubelet's and kubenet's; a newer cluster with the CNI bridge plugin has none of its own, and an ip-masq-agent's where it runs one.";

/** cbr0 on each node and one route for each PodCIDR in the network, as Kubernetes has run on Google's cloud since its first release. */
export const gce: Mode = {
  name: "gce",
  title: "cbr0 with PodCIDR routes in the fabric (GCE mode)",
  summary:
    "The pod's packet crosses the bridge cbr0 to the node, which sends it to its default gateway. The network itself holds a route for each node's PodCIDR " +
    "and delivers it to the peer node, which routes it to its cbr0. No encapsulation.",
  kernel: ["veth", "bridge", "br_netfilter", "iptables"],
  programs: ["iptables-restore"],
  requires: [
    "the network learns one route for each node's PodCIDR (cloud routes, or static routes in the router)",
    "it lets nodes send packets with their pods' source addresses",
  ],
  requiresInBrief: "a network that routes each node's pod range and lets nodes send from pod addresses",
  givesUp: ["clusters larger than the network's route table"],
  needs: {
    services: { met: "yes", because: "pod traffic passes the node's IP stack, where kube-proxy's rules are" },
    policy: { met: "with-care", because: "the wiring enforces no NetworkPolicy; a policy engine must be added" },
    encryption: { met: "no", because: "packets travel as they are" },
    "no-l2": { met: "yes", because: "the network routes between the nodes" },
    ipv6: {
      met: "with-care",
      because:
        "kubenet gives cbr0 a second range from 1.16 on, behind the gate IPv6DualStack, and the network must route it too; " +
        "GKE's routes-based clusters are IPv4 only",
    },
  },
  overhead: 0,
  knownAs: [
    { product: "Kubernetes 1.0 to 1.2", setting: "kubelet --configure-cbr0=true, controller-manager --allocate-node-cidrs --cluster-cidr" },
    { product: "Kubernetes 1.3 to 1.23", setting: "kubelet --network-plugin=kubenet" },
    { product: "GKE", setting: "routes-based cluster" },
    { product: "cloud-controller-manager", setting: "--configure-cloud-routes=true" },
  ],
  sources: [
    "kubernetes/kubernetes pkg/kubelet/container_bridge.go (1.2)",
    "kubernetes/kubernetes pkg/kubelet/dockershim/network/kubenet (1.3 to 1.23)",
    "containernetworking/plugins v1.1.1 plugins/main/bridge, plugins/ipam/host-local",
  ],
  deviations: [
    "The MTU is the link's own, as kubenet took it; Kubernetes 1.2 gave cbr0 1460, which is the MTU of Google's network.",
    "The masquerading rule spares the lab's addresses, 198.18.0.0/15, where Kubernetes spared 10.0.0.0/8.",
    "Hairpin traffic uses kubenet's hairpin-veth; its default, promiscuous-bridge with ebtables rules, treats traffic between nodes alike.",
    "One router stands for the cloud's network; its host-host path crosses the same router, so that the pods are not charged for it.",
    MASQUERADED_BY_KUBENET,
    WITHOUT_KUBE_PROXY,
  ],
  conformance: ROUTED_PODS,
  dualStack: { lacks: "kubelet of 1.2, which is wired here, gave cbr0 one IPv4 range" },
  ...madeOf({
    layers: [
      NAMESPACE,
      { layer: "routing", title: "routing, by the fabric too", ground: true },
      ...BRIDGE_LAYERS,
      CONNTRACK,
      masqueradeLayer(),
    ],
    wiring: (topology, has) => (has("routing") ? cloudWiring(topology, has) : handedOver(topology)),
  }),
};

function cloudWiring(topology: Topology, has: Has): Wiring {
  const { namespaces, steps } = routedFabric(topology);
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...bridgedOrNot(topology, { bridge: "cbr0", mtu: topology.mtu, podRoutes: ["default"] }, has),
      ...nodeIndexes(topology).flatMap((index) => ownRules(masquerade(topology, index), "kubelet", has)),
    ],
    paths: nodePair({ mtu: topology.mtu, podTarget: podAddress(1) }),
  };
}

function masquerade({ outside }: Topology, index: number): RulesetStep {
  const notLocal = '-m comment --comment "kubelet: SNAT outbound cluster traffic" -m addrtype ! --dst-type LOCAL -j MASQUERADE';
  return {
    kind: "ruleset",
    id: "rules",
    in: nodeName(index),
    tool: "iptables",
    tables: [
      ruleTable(
        "nat",
        [],
        [
          `-A POSTROUTING ! -d 198.18.0.0/15 ${notLocal}`,
          // The lab's outside has one of the spared addresses, since it has no others.
          ...(outside === undefined ? [] : [`-A POSTROUTING -d ${OUTSIDE_PREFIX} ${notLocal}`]),
        ],
      ),
    ],
    reason: "pods leave the cluster with their node's address",
  };
}
