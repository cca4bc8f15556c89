import type { Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { gatewayRoute, podBasics, podNamespaces } from "./parts/cni-bridge.js";
import { APART_FROM_NODES } from "./parts/expectations.js";
import { madeOfLink } from "./parts/made-of.js";
import { nodePair } from "./parts/paths.js";
import { SECOND_PREFIX, SECOND_ROUTER, secondAddress, secondLink } from "./parts/second-cable.js";
import { connectedRoute, eachPod, nodeIndexes, podName, rateLimit, underlay } from "./parts/underlay.js";

/** A card of the node's that is moved into the pod: nothing lies between the pod's stack and the wire. */
export const hostDevice: Mode = {
  name: "host-device",
  title: "A card that the pod owns",
  summary:
    "The node has a second card, and it is moved into the pod. A packet goes from the pod's stack to the wire as it does on a bare host: " +
    "the node takes no part in it. In the lab the card is the end of a second cable, which is the bare host's own wire: what is measured here is a Service layer on it, or the rig, never a card.",
  kernel: ["veth"],
  programs: [],
  requires: [
    "every pod has a card of its own, or a virtual function of one (SR-IOV)",
    "the pods' cards share one L2 segment, or a router knows them",
  ],
  requiresInBrief: "a card, or an SR-IOV function, for every pod",
  givesUp: [
    "as many pods as there are cards",
    "Services by kube-proxy: the node's netfilter never sees the pods' packets",
    "a node reaches its own pods only by way of the switch, and in the lab not at all: the two cables are not joined",
  ],
  needs: {
    services: { met: "with-care", because: "the node's rules are bypassed: needs socket-level load balancing or headless Services" },
    policy: { met: "no", because: "packets pass no hook of the node that a policy engine uses" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": { met: "with-care", because: "a router must know the pods' addresses on their cards" },
    ipv6: { met: "yes", because: "whatever the pods' segment has" },
  },
  overhead: 0,
  knownAs: [
    { product: "CNI", setting: "host-device" },
    { product: "Multus", setting: "sriov, or host-device, as the pod's network" },
  ],
  sources: ["containernetworking/plugins plugins/main/host-device/host-device.go", "k8snetworkplumbingwg/sriov-cni"],
  deviations: [
    "The card is one end of a second cable (a veth) between the pods: it shows the Service layer and the rig, not a card.",
    "The card is made in the pod under its last name; the plugin moves one in from the node.",
    "no router answers at the pods' gateway: the lab has no uplink",
  ],
  onlyByName: "its wire is the bare host's own, so that by itself it shows the rig",
  conformance: APART_FROM_NODES,
  ...madeOfLink("namespace with a card of its own", (topology) => {
    const { namespaces, steps } = underlay(topology, { forwarding: false });
    const second = secondLink(topology, namespaces);
    return {
      namespaces: [...namespaces, ...second.namespaces, ...podNamespaces(topology)],
      steps: [
        ...steps,
        ...second.steps,
        ...nodeIndexes(topology).flatMap((index) => eachPod(topology, index, (slot) => podWithCard(topology, index, slot))),
      ],
      paths: nodePair({ mtu: topology.mtu, podTarget: secondAddress(1) }),
    };
  }),
};

function podWithCard(topology: Topology, index: number, slot: number): Step[] {
  const pod = podName(index, slot);
  const address = secondAddress(index, slot);
  return [
    ...podBasics(pod),
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${address}/24`,
      options: ["brd", "+"],
      reason: "the pod's address on its card's segment",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's card is on" },
    connectedRoute(pod, "eth0", SECOND_PREFIX, address),
    { ...gatewayRoute(pod, "default", SECOND_ROUTER), reason: "the segment's router; pods of the segment are reached without it" },
    ...(topology.rate === undefined ? [] : [rateLimit(pod, "eth0", topology.rate)]),
  ];
}
