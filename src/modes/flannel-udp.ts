import type { Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress, podCidr } from "./parts/addresses.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { FLANNEL_DEVIATIONS, FLANNEL_NEEDS, FLANNEL_SOURCES, flannel } from "./parts/flannel.js";
import { flannelTun } from "./parts/flannel-tun.js";
import { nodeIndexes, nodeName } from "./parts/underlay.js";

/** Outer IPv4 header 20, UDP header 8. */
const UDP_OVERHEAD = 28;
const FLANNEL_PORT = 8285;
const DEVICE = "flannel0";
/** Compiled by podwire's set-up from native/flannel-udp-proxy.c. */
const UDP_PROXY = "podwire-udp-proxy";

/** flannel's oldest backend: a program copies each packet between a TUN device and a UDP socket. */
export const flannelUdp: Mode = {
  name: "flannel-udp",
  title: "flannel, udp backend",
  summary:
    "The pod's packet crosses cni0 to the node, which routes it into the TUN device flannel0. A program reads it from there and sends it by UDP " +
    "to the peer's program, which writes it into its own flannel0: two trips through user space for each packet.",
  kernel: ["veth", "bridge", "br_netfilter", "tun", "iptables"],
  programs: ["iptables-restore", UDP_PROXY],
  requires: ["UDP port 8285 is open between the nodes"],
  requiresInBrief: "UDP port 8285 open between the nodes",
  givesUp: ["28 bytes of every packet", "most of the throughput: each packet is copied by a single-threaded program on either node"],
  needs: {
    ...FLANNEL_NEEDS,
    "no-l2": { met: "yes", because: "nodes exchange UDP packets, which any router carries" },
    ipv6: { met: "no", because: "flannel's udp backend knows IPv4 only" },
  },
  overhead: UDP_OVERHEAD,
  knownAs: [{ product: "flannel", setting: 'net-conf.json: {"Backend": {"Type": "udp"}} (the default until 2016)' }],
  sources: [
    ...FLANNEL_SOURCES,
    "flannel-io/flannel pkg/backend/udp (proxy_amd64.c, run_proxy)",
    "flannel-io/flannel Documentation/configuration.md (dual stack: vxlan, wireguard and host-gw)",
  ],
  deviations: [
    ...FLANNEL_DEVIATIONS,
    "podwire-udp-proxy (native/flannel-udp-proxy.c) stands in for flannel's proxy: it reads, looks the peer up, lowers the TTL and sends as that one does, but drops a packet for which it knows no peer without an ICMP error.",
  ],
  conformance: ROUTED_PODS,
  ...flannel({ title: "UDP by a program", overhead: UDP_OVERHEAD, routes: tunnel }),
};

/** What one node has: a TUN device that carries the whole network, and the proxy behind it. */
function tunnel(topology: Topology, index: number): Step[] {
  const node = nodeName(index);
  const peers = nodeIndexes(topology).filter((peer) => peer !== index);
  return [
    ...flannelTun(topology, index, {
      device: DEVICE,
      overhead: UDP_OVERHEAD,
      scope: "global",
      reasons: {
        device: "the device between the kernel and the proxy",
        mtu: "room for the outer IP and UDP headers",
        route: "all pods that are not on this node's bridge",
      },
    }),
    {
      kind: "daemon",
      in: node,
      argv: [UDP_PROXY, DEVICE, endpoint(index), ...peers.map((peer) => `${podCidr(peer)}=${endpoint(peer)}`)],
      ready: { device: DEVICE },
      reason: "copies packets between flannel0 and the other nodes, as flannel's proxy does",
    },
  ];
}

const endpoint = (index: number): string => `${nodeAddress(index)}:${String(FLANNEL_PORT)}`;
