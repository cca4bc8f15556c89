import type { Mode } from "./contract.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { FLANNEL_DEVIATIONS, FLANNEL_NEEDS, FLANNEL_SOURCES, flannel } from "./parts/flannel.js";

/** flannel without encapsulation: each node is the gateway of its pods. */
export const flannelHostGw: Mode = {
  name: "flannel-host-gw",
  title: "flannel, host-gw backend",
  summary:
    "The pod's packet crosses the bridge cni0 to the node, whose route for the peer's pods has the peer node as its gateway. " +
    "It travels as it is: no encapsulation, full MTU.",
  kernel: ["veth", "bridge", "br_netfilter", "iptables"],
  programs: ["iptables-restore"],
  requires: ["all nodes share one L2 segment", "the network lets nodes send packets with their pods' source addresses"],
  requiresInBrief: "nodes on one L2 segment, and a network that lets them send from pod addresses",
  givesUp: ["nodes in other subnets: a node can only be a gateway on its own segment"],
  needs: {
    ...FLANNEL_NEEDS,
    "no-l2": { met: "no", because: "a next hop must be on the node's own segment" },
    ipv6: { met: "yes", because: "flannel's dual stack adds IPv6 routes of the same form" },
  },
  overhead: 0,
  knownAs: [
    { product: "flannel", setting: 'net-conf.json: {"Backend": {"Type": "host-gw"}}' },
    { product: "k3s", setting: "--flannel-backend=host-gw" },
  ],
  sources: [...FLANNEL_SOURCES, "flannel-io/flannel pkg/backend/hostgw"],
  deviations: FLANNEL_DEVIATIONS,
  conformance: ROUTED_PODS,
  ...flannel(),
};
