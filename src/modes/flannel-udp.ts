import type { Step, Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { CLUSTER_CIDR, nodeAddress, podCidr } from "./parts/addresses.js";
import { FLANNEL_DEVIATIONS, FLANNEL_NEEDS, FLANNEL_SOURCES, flannelWiring } from "./parts/flannel.js";
import { CUBIC, nodeIndexes, nodeName } from "./parts/underlay.js";

/** Outer IPv4 header 20, UDP header 8. */
const UDP_OVERHEAD = 28;
const FLANNEL_PORT = 8285;

/** flannel's oldest backend: a program copies each packet between a TUN device and a UDP socket. */
export const flannelUdp: Mode = {
  name: "flannel-udp",
  title: "flannel, udp backend",
  summary:
    "The pod's packet crosses cni0 to the node, which routes it into the TUN device flannel0. A program reads it from there and sends it by UDP " +
    "to the peer's program, which writes it into its own flannel0: two trips through user space for each packet.",
  kernel: ["veth", "bridge", "br_netfilter", "tun", "iptables"],
  programs: ["iptables-restore", "socat"],
  requires: ["UDP port 8285 is open between the nodes"],
  givesUp: ["28 bytes of every packet", "most of the throughput: each packet is copied by a single-threaded program on either node"],
  needs: {
    ...FLANNEL_NEEDS,
    "no-l2": { met: "yes", because: "nodes exchange UDP packets, which any router carries" },
    ipv6: { met: "no", because: "flannel's udp backend knows IPv4 only" },
  },
  overhead: UDP_OVERHEAD,
  knownAs: [{ product: "flannel", setting: 'net-conf.json: {"Backend": {"Type": "udp"}} (the default until 2016)' }],
  sources: [...FLANNEL_SOURCES, "flannel-io/flannel pkg/backend/udp"],
  deviations: [
    ...FLANNEL_DEVIATIONS,
    "socat stands in for flannel's own proxy: it too is one thread that reads and sends one packet at a time, but it looks up no route and does not lower the TTL.",
    "With more than two nodes each pair has its own TUN device, socat and port, since socat knows one peer only; flannel's proxy serves all peers from flannel0.",
  ],
  wire(topology: Topology): Wiring {
    return flannelWiring(topology, { podMtu: topology.mtu - UDP_OVERHEAD, backend: (index) => tunnels(topology, index) });
  },
};

function tunnels(topology: Topology, index: number): Step[] {
  return nodeIndexes(topology)
    .filter((peer) => peer !== index)
    .flatMap((peer, ordinal) => tunnel(topology, index, peer, `flannel${String(ordinal)}`));
}

/** The first device carries the whole network as flannel's only one does; the others carry one peer each. */
function tunnel(topology: Topology, index: number, peer: number, device: string): Step[] {
  const node = nodeName(index);
  const isFirst = device === "flannel0";
  const port = String(FLANNEL_PORT + pairNumber(index, peer));
  return [
    { kind: "tun", in: node, name: device, reason: "the device between the kernel and the proxy" },
    {
      kind: "link-set",
      in: node,
      name: device,
      settings: ["mtu", String(topology.mtu - UDP_OVERHEAD)],
      reason: "room for the outer IP and UDP headers",
    },
    ...(isFirst ? [subnetAddress(node, index, device)] : []),
    { kind: "link-set", in: node, name: device, settings: ["up"], reason: "the device is on" },
    {
      kind: "route",
      in: node,
      to: isFirst ? CLUSTER_CIDR : podCidr(peer),
      options: ["dev", device, "scope", "global", ...CUBIC],
      reason: isFirst ? "all pods that are not on this node's bridge" : `pods of ${nodeName(peer)}`,
    },
    {
      kind: "daemon",
      in: node,
      argv: [
        "socat",
        `TUN,tun-name=${device},tun-type=tun,iff-no-pi`,
        `UDP4-DATAGRAM:${nodeAddress(peer)}:${port},bind=${nodeAddress(index)}:${port}`,
      ],
      readyWhenDevice: device,
      reason: `copies packets between ${device} and ${nodeName(peer)}; stands in for flannel's proxy`,
    },
  ];
}

function subnetAddress(node: string, index: number, device: string): Step {
  const address = podCidr(index).replace("/24", "/32");
  return {
    kind: "address",
    in: node,
    device,
    address,
    reason: "source of the node's own packets to pods; /32, so that it brings no route",
  };
}

/** Numbers the unordered pairs of nodes; the measured pair is 0. */
function pairNumber(one: number, other: number): number {
  const [low, high] = one < other ? [one, other] : [other, one];
  return (high * (high - 1)) / 2 + low;
}
