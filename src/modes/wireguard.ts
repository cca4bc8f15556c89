import type { Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress, podCidr } from "./parts/addresses.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { FLANNEL_DEVIATIONS, FLANNEL_NEEDS, FLANNEL_SOURCES, flannel } from "./parts/flannel.js";
import { flannelTun } from "./parts/flannel-tun.js";
import { nodeIndexes, nodeName } from "./parts/underlay.js";
import { WIREGUARD_PROGRAMS, wireguardGo } from "./parts/wireguard-go.js";

/** What flannel takes from the card's MTU in either family: outer IPv6 header 40, UDP header 8, WireGuard's header and tag 32. */
const WIREGUARD_OVERHEAD = 80;
const DEVICE = "flannel-wg";
const PORT = 51820;

/** flannel's backend that encrypts. Its figures would be those of a program in Go, so that it is tried and never measured. */
export const wireguard: Mode = {
  name: "wireguard",
  title: "flannel, wireguard backend",
  summary:
    "The pod's packet crosses cni0 to the node, which routes it into the WireGuard device flannel-wg. It is encrypted for the node that has the " +
    "destination's pod range and sent to it by UDP; there it is decrypted, taken if its source is in the sender's range, and routed to cni0.",
  kernel: ["veth", "bridge", "br_netfilter", "tun", "iptables"],
  programs: ["iptables-restore", ...WIREGUARD_PROGRAMS],
  requires: [
    "UDP port 51820 is open between the nodes (51821 for IPv6)",
    "Linux 5.6 or newer on each node, which has WireGuard",
    "the nodes reach each other by IP; they need not share an L2 segment",
  ],
  requiresInBrief: "UDP port 51820 open between the nodes, and WireGuard in their kernels",
  givesUp: [
    "80 bytes of every packet",
    "CPU time of each node for each byte, to encrypt and decrypt it",
    "the network cannot see which pods talk to each other",
  ],
  needs: {
    ...FLANNEL_NEEDS,
    encryption: { met: "yes", because: "packets between nodes are encrypted; those between pods of one node cross its bridge as they are" },
    "no-l2": { met: "yes", because: "nodes exchange UDP packets, which any router carries" },
    ipv6: { met: "yes", because: "flannel's dual stack adds a second device, flannel-wg-v6" },
  },
  overhead: WIREGUARD_OVERHEAD,
  neverMeasured: "wireguard-go in user space stands in for the kernel's WireGuard, and its figures say nothing about the kernel's speed",
  knownAs: [
    { product: "flannel", setting: 'net-conf.json: {"Backend": {"Type": "wireguard"}}' },
    { product: "k3s", setting: "--flannel-backend=wireguard-native" },
  ],
  sources: [
    ...FLANNEL_SOURCES,
    "flannel-io/flannel v0.28.10 pkg/backend/wireguard (device.go, wireguard.go, wireguard_network.go), Documentation/backends.md",
    "WireGuard: Next Generation Kernel Network Tunnel (wireguard.com/papers/wireguard.pdf), section 5.4: messages and their lengths",
  ],
  deviations: [
    ...FLANNEL_DEVIATIONS,
    "wireguard-go serves a TUN device; flannel makes a device of the kernel's WireGuard, which few kernels of test machines have. It sends the same packets.",
    "Nodes hand each other their public keys by pipes; flannel publishes them as node annotations. A key lives as long as its lab and is in no report.",
  ],
  conformance: ROUTED_PODS,
  // flannel's Mode `separate`, its default.
  dualStack: { tunnel: { ipv4: DEVICE, ipv6: "flannel-wg-v6", ports: { ipv4: PORT, ipv6: 51821 } } },
  ...flannel({ title: "WireGuard", overhead: WIREGUARD_OVERHEAD, routes: tunnel }),
};

/** What one node has: a device that carries the whole network, and the program that serves it. */
function tunnel(topology: Topology, index: number): Step[] {
  return [
    ...flannelTun(topology, index, {
      device: DEVICE,
      overhead: WIREGUARD_OVERHEAD,
      scope: "link",
      reasons: {
        device: "stands in for a WireGuard device",
        mtu: "room for the outer headers and WireGuard's own",
        route: "all pods that are not on this node's bridge; which node has them, the device knows",
      },
    }),
    wireguardGo({
      ...{ node: nodeName(index), device: DEVICE, port: PORT },
      peers: nodeIndexes(topology)
        .filter((peer) => peer !== index)
        .map((peer) => ({ node: nodeName(peer), endpoint: `${nodeAddress(peer)}:${String(PORT)}`, allowed: podCidr(peer) })),
    }),
  ];
}
