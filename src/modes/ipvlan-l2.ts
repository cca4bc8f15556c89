import type { Mode } from "./contract.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { CHILDREN_OF_THE_CARD, PODS_ON_THE_SEGMENT } from "./parts/expectations.js";
import { madeOfLink } from "./parts/made-of.js";
import { nodePair } from "./parts/paths.js";
import { childOfEth0, podOnSegment, segmentPodAddress } from "./parts/segment.js";
import { eachPod, nodeIndexes, underlay } from "./parts/underlay.js";

/** ipvlan children of eth0 in L2 mode, on the nodes' own segment. */
export const ipvlanL2: Mode = {
  name: "ipvlan-l2",
  title: "ipvlan L2 on the nodes' segment",
  summary:
    "The pod's eth0 is an ipvlan child of the node's eth0: it shares the card's MAC address and differs from it by its IP address. " +
    "A packet goes from the pod's stack straight to the card, past the node's IP stack and netfilter.",
  kernel: ["veth", "ipvlan"],
  programs: [],
  requires: ["all nodes and pods share one L2 segment", "the segment's subnet has addresses to spare for the pods"],
  requiresInBrief: "nodes and pods on one L2 segment with addresses to spare",
  givesUp: [
    "a node cannot reach its own pods, nor they their node: a parent and its children do not talk",
    "Services by kube-proxy: the node's netfilter never sees the pods' packets",
    "DHCP by MAC address: all pods of a node share one",
  ],
  needs: {
    services: {
      met: "with-care",
      because: "kube-proxy's rules on the node are bypassed: needs socket-level load balancing or headless Services",
    },
    policy: { met: "no", because: "packets pass no hook of the node that a policy engine uses" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": {
      met: "with-care",
      because: "pods have addresses of the nodes' segment; a cloud must route them to the node's card (secondary addresses)",
    },
    ipv6: { met: "yes", because: "whatever the segment has" },
  },
  overhead: 0,
  knownAs: [
    { product: "CNI", setting: "ipvlan, master eth0, mode l2" },
    { product: "Docker", setting: "network create -d ipvlan -o parent=eth0" },
    { product: "Terway", setting: "eniip with ipvlan" },
  ],
  sources: [
    "containernetworking/plugins plugins/main/ipvlan/ipvlan.go",
    "Linux drivers/net/ipvlan/ipvlan_core.c, Documentation/networking/ipvlan.rst",
  ],
  deviations: ["no router answers at the pods' gateway: the lab has no uplink"],
  conformance: { ...PODS_ON_THE_SEGMENT, ...CHILDREN_OF_THE_CARD },
  ...madeOfLink("namespace and ipvlan", (topology) => {
    const { namespaces, steps } = underlay(topology, { forwarding: false });
    return {
      namespaces: [...namespaces, ...podNamespaces(topology)],
      steps: [
        ...steps,
        ...childOfEth0(topology, { type: "ipvlan", options: ["mode", "l2"], reason: "the pod's share of the node's card" }),
        ...nodeIndexes(topology).flatMap((index) => eachPod(topology, index, (slot) => podOnSegment(index, slot))),
      ],
      paths: nodePair({ mtu: topology.mtu, podTarget: segmentPodAddress(1) }),
    };
  }),
};
