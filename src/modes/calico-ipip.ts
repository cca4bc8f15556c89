import type { Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress } from "./parts/addresses.js";
import { CALICO_DEVIATIONS, CALICO_NEEDS, CALICO_SOURCES, calico } from "./parts/calico.js";
import { calicoBlock, calicoTunnelAddress } from "./parts/calico-endpoint.js";
import { CUBIC } from "./parts/congestion.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { nodeIndexes, nodeName } from "./parts/underlay.js";

const BIRD = ["proto", "bird"];
/** The outer IPv4 header. */
const IPIP_OVERHEAD = 20;
/** The ipip module makes this device in every namespace by itself. */
const DEVICE = "tunl0";

/** Calico's IP-in-IP, always on. */
export const calicoIpip: Mode = {
  name: "calico-ipip",
  title: "Calico, IP-in-IP",
  summary:
    "The pod's veth ends in the node's IP stack, where felix's rules meet every packet. A BGP route leads into tunl0, which wraps the packet in a second IP header for the peer node.",
  kernel: ["veth", "ipip", "iptables"],
  programs: ["iptables-restore"],
  requires: ["the network between the nodes carries IP protocol 4; many clouds do not"],
  requiresInBrief: "a network that carries IP protocol 4, which many clouds do not",
  givesUp: ["20 bytes of every packet", "clouds and firewalls that carry TCP, UDP and ICMP only"],
  needs: {
    ...CALICO_NEEDS,
    "no-l2": { met: "yes", because: "routers carry the outer packet between the nodes" },
    ipv6: { met: "no", because: "Calico's IP-in-IP carries IPv4 only" },
  },
  overhead: IPIP_OVERHEAD,
  knownAs: [
    { product: "Calico", setting: "IPPool: ipipMode: Always" },
    { product: "Tigera operator", setting: "Installation: calicoNetwork.ipPools[].encapsulation: IPIP" },
  ],
  sources: [
    ...CALICO_SOURCES,
    "projectcalico/calico felix/dataplane/linux/ipip_mgr.go",
    "projectcalico/calico confd/etc/calico/confd/templates (BIRD)",
  ],
  deviations: [...CALICO_DEVIATIONS, "The routes are written at once and marked proto bird; no BIRD runs."],
  conformance: ROUTED_PODS,
  ...calico({ protocol: BIRD, tunnel: { encapsulation: "ipip", title: "IP-in-IP", overhead: IPIP_OVERHEAD, routes: tunnel } }),
};

function tunnel(topology: Topology, index: number): Step[] {
  const node = nodeName(index);
  const peers = nodeIndexes(topology).filter((peer) => peer !== index);
  return [
    {
      kind: "link-set",
      in: node,
      name: DEVICE,
      settings: ["mtu", String(topology.mtu - IPIP_OVERHEAD)],
      reason: "room for the outer IP header",
    },
    {
      kind: "address",
      in: node,
      device: DEVICE,
      address: `${calicoTunnelAddress(index)}/32`,
      reason: "source of the node's own packets to pods",
    },
    { kind: "link-set", in: node, name: DEVICE, settings: ["up"], reason: "the tunnel is on" },
    ...peers.map(
      (peer): Step => ({
        kind: "route",
        in: node,
        to: calicoBlock(peer),
        options: ["via", nodeAddress(peer), "dev", DEVICE, "onlink", ...BIRD, ...CUBIC],
        reason: `pods of ${nodeName(peer)} through the tunnel`,
      }),
    ),
  ];
}
