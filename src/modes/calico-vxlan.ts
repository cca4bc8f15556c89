import type { OffloadStep, Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { macAddress } from "./parts/addresses.js";
import { CALICO_DEVIATIONS, CALICO_DUAL_STACK, CALICO_NEEDS, CALICO_SOURCES, calico } from "./parts/calico.js";
import { calicoBlock, calicoTunnelAddress } from "./parts/calico-endpoint.js";
import { CALICO_VXLAN_PORT } from "./parts/calico-rules.js";
import { ROUTED_PODS } from "./parts/expectations.js";
import { TRANSMIT_CHECKSUM } from "./parts/offloads.js";
import { nodeName } from "./parts/underlay.js";
import { VXLAN_OVERHEAD, vxlanEndpoint } from "./parts/vxlan.js";

const VTEP_MAC = 3;
const DEVICE = "vxlan.calico";

/** Calico's VXLAN, always on. */
export const calicoVxlan: Mode = {
  name: "calico-vxlan",
  title: "Calico, VXLAN",
  summary:
    "The pod's veth ends in the node's IP stack, where felix's rules meet every packet. A route leads into vxlan.calico; the kernel wraps the packet in UDP to the peer node. " +
    "The outer packets are not tracked.",
  kernel: ["veth", "vxlan", "iptables"],
  programs: ["iptables-restore", "ethtool"],
  requires: ["UDP port 4789 is open between the nodes", "the nodes reach each other by IP; they need not share an L2 segment"],
  requiresInBrief: "UDP port 4789 open between the nodes",
  givesUp: ["50 bytes of every packet", "the network cannot see which pods talk to each other"],
  needs: {
    ...CALICO_NEEDS,
    "no-l2": { met: "yes", because: "nodes exchange UDP packets, which any router carries" },
    ipv6: { met: "yes", because: "Calico adds a second tunnel device for IPv6" },
  },
  overhead: VXLAN_OVERHEAD,
  knownAs: [
    { product: "Calico", setting: "IPPool: vxlanMode: Always" },
    { product: "Tigera operator", setting: "Installation: calicoNetwork.ipPools[].encapsulation: VXLAN" },
  ],
  sources: [
    ...CALICO_SOURCES,
    "projectcalico/calico felix/dataplane/linux/vxlan_mgr.go",
    "projectcalico/calico felix/environment/feature_detect.go (ChecksumOffloadBroken), PR 6842, 8746, 9036, issue 11435",
  ],
  deviations: [
    ...CALICO_DEVIATIONS,
    "The tunnel endpoints' MAC addresses are computed; Calico draws them and publishes them.",
    "The mode stands for Calico 3.31 with felix's default: vxlan.calico has no transmit checksum offload, so that packets are cut to the MTU before they enter the tunnel. The other setting (`featureDetectOverride: ChecksumOffloadBroken=false`) is `calico-vxlan+tx-offload-on`; it is 3.28's default above kernel 5.7, and issue 11435 saw it with 3.29.2 and 3.31.2 too.",
  ],
  conformance: ROUTED_PODS,
  // 70 bytes of each packet, and pods take the smallest MTU of what is enabled (felix/dataplane/linux/mtu.go).
  dualStack: { ...CALICO_DUAL_STACK, tunnel: { ipv4: DEVICE, ipv6: "vxlan-v6.calico" }, narrower: 20 },
  ...calico({
    protocol: ["proto", "80"],
    tunnel: { encapsulation: "vxlan", title: "VXLAN", overhead: VXLAN_OVERHEAD, routes: mesh, offload: withoutChecksumOffload },
  }),
};

function mesh(topology: Topology, index: number): Step[] {
  const options = {
    device: DEVICE,
    vni: 4096,
    port: CALICO_VXLAN_PORT,
    mtu: topology.mtu - VXLAN_OVERHEAD,
    mac: (node: number) => macAddress(VTEP_MAC, node),
    endpoint: calicoTunnelAddress,
    prefix: calicoBlock,
  };
  return vxlanEndpoint(topology, options, index);
}

/** The largest lever of this mode's throughput: without it no packet larger than the MTU enters the tunnel. */
function withoutChecksumOffload(index: number): OffloadStep {
  return {
    kind: "offload",
    in: nodeName(index),
    device: DEVICE,
    features: TRANSMIT_CHECKSUM,
    on: false,
    reason: "felix's default (ChecksumOffloadBroken), against a kernel fault with checksums of masqueraded packets",
  };
}
