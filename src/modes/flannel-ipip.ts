import type { Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress, podCidr, podCidrBase } from "./parts/addresses.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { FLANNEL_DEVIATIONS, FLANNEL_NEEDS, FLANNEL_SOURCES, flannel } from "./parts/flannel.js";
import { IPIP_OVERHEAD, ipipRoutes } from "./parts/ipip.js";
import { nodeName } from "./parts/underlay.js";

/** Beside tunl0, which the ipip module makes and which others may use. */
const DEVICE = "flannel.ipip";

/** flannel's ipip backend: the kernel wraps each packet in a second IP header. */
export const flannelIpip: Mode = {
  name: "flannel-ipip",
  title: "flannel, ipip backend",
  summary:
    "The pod's packet crosses the bridge cni0 to the node, which routes it into flannel.ipip. The kernel wraps it in a second IP header for the peer node. " +
    "There it is unwrapped and routed to that node's cni0.",
  kernel: ["veth", "bridge", "br_netfilter", "ipip", "iptables"],
  programs: ["iptables-restore"],
  requires: ["the network between the nodes carries IP protocol 4; many clouds do not"],
  requiresInBrief: "a network that carries IP protocol 4, which many clouds do not",
  givesUp: ["20 bytes of every packet", "clouds and firewalls that carry TCP, UDP and ICMP only"],
  needs: {
    ...FLANNEL_NEEDS,
    "no-l2": { met: "yes", because: "routers carry the outer packet between the nodes" },
    ipv6: { met: "no", because: "flannel's ipip backend knows IPv4 only" },
  },
  overhead: IPIP_OVERHEAD,
  knownAs: [{ product: "flannel", setting: 'net-conf.json: {"Backend": {"Type": "ipip"}}' }],
  sources: [
    ...FLANNEL_SOURCES,
    "flannel-io/flannel pkg/backend/ipip/ipip.go",
    "flannel-io/flannel Documentation/configuration.md (dual stack: vxlan, wireguard and host-gw)",
  ],
  deviations: FLANNEL_DEVIATIONS,
  conformance: ROUTED_PODS,
  ...flannel({ title: "IP-in-IP", overhead: IPIP_OVERHEAD, routes: tunnel }),
};

function tunnel(topology: Topology, index: number): Step[] {
  return [
    {
      kind: "link",
      id: "tunnel",
      in: nodeName(index),
      name: DEVICE,
      type: "ipip",
      // flannel makes the device without a length and without path-MTU discovery, which netlink takes for 0 and off (seen with flannel 0.28.10).
      common: ["mtu", String(topology.mtu - IPIP_OVERHEAD), "txqueuelen", "0"],
      options: ["local", nodeAddress(index), "nopmtudisc"],
      reason: "the node's tunnel to every other node: each route says where its packets go; an address of its own tells it from tunl0",
    },
    ...ipipRoutes(topology, { device: DEVICE, address: podCidrBase, prefix: podCidr }, index),
  ];
}
