import type { Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { macAddress, podCidr, podCidrBase } from "./parts/addresses.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { FLANNEL_DEVIATIONS, FLANNEL_NEEDS, FLANNEL_SOURCES, flannel } from "./parts/flannel.js";
import { VXLAN_OVERHEAD, type VxlanMesh, vxlanEndpoint } from "./parts/vxlan.js";

const VTEP_MAC = 2;
const DEVICE = "flannel.1";

/** flannel's default backend: the kernel wraps each packet in VXLAN. */
export const flannelVxlan: Mode = {
  name: "flannel-vxlan",
  title: "flannel, vxlan backend",
  summary:
    "The pod's packet crosses the bridge cni0 to the node, which routes it into flannel.1; the kernel wraps it in UDP to the peer node. " +
    "There it is unwrapped and routed to that node's cni0.",
  kernel: ["veth", "bridge", "br_netfilter", "vxlan", "iptables"],
  programs: ["iptables-restore"],
  requires: ["UDP port 8472 is open between the nodes", "the nodes reach each other by IP; they need not share an L2 segment"],
  requiresInBrief: "UDP port 8472 open between the nodes",
  givesUp: ["50 bytes of every packet", "the network cannot see which pods talk to each other"],
  needs: {
    ...FLANNEL_NEEDS,
    "no-l2": { met: "yes", because: "nodes exchange UDP packets, which any router carries" },
    ipv6: { met: "yes", because: "flannel's dual stack adds a second tunnel device, flannel-v6.1" },
  },
  overhead: VXLAN_OVERHEAD,
  knownAs: [
    { product: "flannel", setting: 'net-conf.json: {"Backend": {"Type": "vxlan"}}' },
    { product: "k3s", setting: "--flannel-backend=vxlan (its default)" },
  ],
  sources: [...FLANNEL_SOURCES, "flannel-io/flannel pkg/backend/vxlan"],
  deviations: [
    ...FLANNEL_DEVIATIONS,
    "The tunnel endpoints' MAC addresses are computed; flannel draws them and publishes them as node annotations.",
  ],
  conformance: ROUTED_PODS,
  // flannel asks for 50 bytes less than the card has for both devices and for the pods (pkg/backend/vxlan/{device,vxlan_network}.go).
  dualStack: {
    tunnel: { ipv4: DEVICE, ipv6: "flannel-v6.1" },
    conformance: {
      "path-mtu": {
        expected: "does-not-work",
        because:
          "flannel gives pods 50 bytes less than the card has, and Linux a tunnel over IPv6 70: a whole packet is too big, as its sender is told",
      },
    },
  },
  ...flannel({
    title: "VXLAN",
    overhead: VXLAN_OVERHEAD,
    routes: (topology, index) => vxlanEndpoint(topology, flannelMesh(topology), index),
  }),
};

function flannelMesh(topology: Topology): VxlanMesh {
  return {
    device: DEVICE,
    vni: 1,
    port: 8472,
    mtu: topology.mtu - VXLAN_OVERHEAD,
    // flannel makes the device without a length, which netlink takes for 0 (seen with flannel 0.28.10).
    queue: 0,
    mac: (index) => macAddress(VTEP_MAC, index),
    endpoint: podCidrBase,
    prefix: podCidr,
  };
}
