import type { Step, Topology, Wiring } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress, UNDERLAY_PREFIX } from "./parts/addresses.js";
import { bridgeOverLink, podPort } from "./parts/bridged-pods.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { PODS_ON_THE_SEGMENT } from "./parts/expectations.js";
import { handedOver, NAMESPACE } from "./parts/handed-over.js";
import { madeOf } from "./parts/made-of.js";
import { outwardRoute } from "./parts/outside.js";
import { nodePair } from "./parts/paths.js";
import { podOnSegment, segmentPodAddress } from "./parts/segment.js";
import { connectedRoute, eachPod, nodeIndexes, nodeName, underlay } from "./parts/underlay.js";

/** The node's card as a port of a bridge, pods on the same segment. */
export const l2Bridge: Mode = {
  name: "l2-bridge",
  title: "L2 mode: pods bridged onto the nodes' segment",
  summary:
    "The node's eth0 is a port of br0, and so are its pods. A packet is switched from the pod's port to the card by MAC address: " +
    "no routing, no NAT, no encapsulation. The node's own address lives on br0.",
  kernel: ["veth", "bridge"],
  programs: [],
  requires: [
    "all nodes and pods share one L2 segment",
    "the switch, or the cloud, lets several MAC addresses through one port",
    "the segment's subnet has addresses to spare for the pods, a slice for each node",
  ],
  requiresInBrief: "one L2 segment with spare addresses for pods, and switch ports that allow several MAC addresses",
  givesUp: [
    "Services by kube-proxy, as wired here: a ClusterIP packet is bridged to the router past the node's IP stack. " +
      "Remedies: the node's br0 address as the pods' gateway, a route for the service range via br0 in each pod, bridge-nf-call-iptables=1, or socket-level load balancing",
    "broadcasts of every pod reach every node, and every switch learns every pod's MAC address",
    "most clouds drop frames of MAC addresses that they did not assign",
  ],
  needs: {
    services: { met: "with-care", because: "needs bridge-nf-call-iptables=1 or br0 as the pods' gateway, or socket-level load balancing" },
    policy: { met: "with-care", because: "needs bridge-nf-call-iptables=1 and an engine that matches bridge ports (physdev)" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": { met: "no", because: "pods have addresses of the nodes' segment" },
    ipv6: { met: "yes", because: "whatever the segment has" },
  },
  overhead: 0,
  knownAs: [
    { product: "Docker", setting: "--bridge=br0 --fixed-cidr=SLICE --default-gateway=ROUTER --iptables=false --ip-masq=false" },
    { product: "CNI", setting: "bridge br0 over eth0, isGateway false, ipMasq false" },
  ],
  sources: [
    "Linux Documentation/networking/bridge.rst, ip-sysctl.rst (bridge-nf-call-iptables)",
    "dockerd reference: --bridge, --fixed-cidr, --default-gateway",
  ],
  deviations: [
    "br0's MAC address is fixed; a bridge takes the lowest of its ports' addresses otherwise",
    "no router answers at the pods' gateway: the lab has no uplink",
  ],
  conformance: PODS_ON_THE_SEGMENT,
  ...madeOf({
    layers: [NAMESPACE, { layer: "bridge", title: "bridge over the card", ground: true }],
    wiring: (topology, has) => (has("bridge") ? bridged(topology) : handedOver(topology)),
  }),
};

function bridged(topology: Topology): Wiring {
  const { namespaces, steps } = underlay(topology, { forwarding: true, addresses: false });
  return {
    namespaces: [...namespaces, ...podNamespaces(topology)],
    steps: [
      ...steps,
      ...nodeIndexes(topology).flatMap((index) => [
        ...bridgeOverLink(topology, index, {
          bridge: "br0",
          uplink: "eth0",
          netfilterReason:
            "with --iptables=false there is no rule for bridged frames to meet; 1 would charge them for the hooks all the same",
        }),
        ...nodeOnBridge(index),
        ...outwardRoute(topology, nodeName(index), "br0"),
        ...eachPod(topology, index, (slot) => [...podPort(topology, index, slot, "br0"), ...podOnSegment(index, slot)]),
      ]),
    ],
    paths: nodePair({ mtu: topology.mtu, podTarget: segmentPodAddress(1), nodeDevice: "br0" }),
  };
}

function nodeOnBridge(index: number): Step[] {
  const node = nodeName(index);
  return [
    {
      kind: "address",
      in: node,
      device: "br0",
      address: `${nodeAddress(index)}/24`,
      options: ["brd", "+"],
      reason: "the node's address moves from its card to the bridge: a port of a bridge receives nothing for itself",
    },
    connectedRoute(node, "br0", UNDERLAY_PREFIX, nodeAddress(index)),
  ];
}
