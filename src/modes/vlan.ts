import type { Step, Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { CLUSTER_CIDR, podAddress } from "./parts/addresses.js";
import { bridgeOverLink, podPort } from "./parts/bridged-pods.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { APART_FROM_NODES, NO_MULTICAST_ROUTE } from "./parts/expectations.js";
import { handedOver, NAMESPACE } from "./parts/handed-over.js";
import { type Has, madeOf } from "./parts/made-of.js";
import { nodePair } from "./parts/paths.js";
import { connectedRoute, eachPod, nodeIndexes, nodeName, podName, underlay } from "./parts/underlay.js";

/** The pods' VLAN. Any number from 2 to 4094 does. */
const VLAN_ID = 100;
const VLAN_DEVICE = `eth0.${String(VLAN_ID)}`;
const BRIDGE = `br${String(VLAN_ID)}`;

/** A VLAN on the node's card as a bridge port: pods on a segment of their own. */
export const vlan: Mode = {
  name: "vlan",
  title: "VLAN: pods bridged onto a segment of their own",
  summary:
    "The nodes' cards carry a tagged VLAN for the pods. A packet is switched from the pod's port of br100 to eth0.100, tagged, and " +
    "switched again at the other node: no routing, no NAT, no encapsulation, and apart from the nodes' own segment.",
  kernel: ["veth", "bridge", "vlan"],
  programs: [],
  requires: [
    "the switch ports of all nodes are trunks that carry the pods' VLAN",
    "the switch lets several MAC addresses through one port",
  ],
  requiresInBrief: "switch ports that are trunks with the pods' VLAN and let several MAC addresses through",
  givesUp: [
    "Services by kube-proxy, as wired here: a ClusterIP packet is bridged to the VLAN's router past the node's IP stack",
    "a node reaches its pods, and they their node, only through a router between the two segments",
    "clouds do not offer trunks to virtual machines",
  ],
  needs: {
    services: { met: "with-care", because: "needs an address of the node on br100 as the pods' gateway, or socket-level load balancing" },
    policy: { met: "with-care", because: "needs bridge-nf-call-iptables=1 and an engine that matches bridge ports (physdev)" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": { met: "no", because: "the pods' VLAN must reach every node" },
    ipv6: { met: "yes", because: "whatever the VLAN has" },
  },
  overhead: 0,
  knownAs: [
    { product: "CNI", setting: "bridge over eth0.N, or vlan with master eth0 and vlanId N" },
    { product: "Docker", setting: "network create -d macvlan -o parent=eth0.N (802.1q trunk)" },
  ],
  sources: ["Linux net/8021q, Documentation/networking/bridge.rst"],
  deviations: [
    "br100's MAC address is fixed; a bridge takes the lowest of its ports' addresses otherwise",
    "pods have no default route: the lab has no router between the VLAN and the nodes' segment",
  ],
  conformance: { ...APART_FROM_NODES, ...NO_MULTICAST_ROUTE },
  ...madeOf({
    layers: [NAMESPACE, { layer: "bridge", title: "bridge over the card", ground: true }, { layer: "encapsulation", title: "VLAN tag" }],
    wiring: (topology, has) => (has("bridge") ? bridged(topology, has) : handedOver(topology)),
  }),
};

function bridged(topology: Topology, has: Has): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true });
  const tagged = has("encapsulation");
  const paths = nodePair({ mtu: topology.mtu, podTarget: podAddress(1) });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...nodeIndexes(topology).flatMap((index) => [
        ...(tagged ? [vlanOnCard(topology, index)] : []),
        ...bridgeOverLink(topology, index, {
          bridge: BRIDGE,
          uplink: tagged ? VLAN_DEVICE : "eth0",
          netfilterReason: "no rule is meant for bridged frames; 1 would charge them for the hooks all the same",
        }),
        ...eachPod(topology, index, (slot) => [...podPort(topology, index, slot, BRIDGE), ...podOnVlan(index, slot)]),
      ]),
    ],
    // A card that is a port of the pods' bridge receives nothing for its node.
    paths: tagged ? paths : { "pod-pod": paths["pod-pod"] },
  };
}

const vlanOnCard = (topology: Topology, index: number): Step => ({
  kind: "link",
  in: nodeName(index),
  name: VLAN_DEVICE,
  type: "vlan",
  common: ["link", "eth0", "mtu", String(topology.mtu)],
  options: ["id", String(VLAN_ID)],
  reason: "the pods' VLAN on the node's card; the tag is not charged to the MTU",
});

function podOnVlan(index: number, slot: number): Step[] {
  const pod = podName(index, slot);
  return [
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${podAddress(index, slot)}/16`,
      options: ["brd", "+"],
      reason: "the pod's address: one subnet for all pods, a part of it for each node",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    connectedRoute(pod, "eth0", CLUSTER_CIDR, podAddress(index, slot)),
  ];
}
