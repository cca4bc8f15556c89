import type { Step } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { macAddress } from "./parts/addresses.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { CHILDREN_OF_THE_CARD, PODS_ON_THE_SEGMENT } from "./parts/expectations.js";
import { madeOfLink } from "./parts/made-of.js";
import { nodePair } from "./parts/paths.js";
import { childOfEth0, podOnSegment, segmentPodAddress } from "./parts/segment.js";
import { eachPod, nodeIndexes, podName, underlay } from "./parts/underlay.js";

/** Kinds of deterministic MAC addresses that this file gives out. */
const CHILD_MAC = 0x30;
/** Further pods of a node count on in steps that are larger than the number of nodes. */
const SLOT = 0x10;

/** macvlan children of eth0 in bridge mode, on the nodes' own segment. */
export const macvlan: Mode = {
  name: "macvlan",
  title: "macvlan on the nodes' segment",
  summary:
    "The pod's eth0 is a macvlan child of the node's eth0 with a MAC address of its own. A packet goes from the pod's stack " +
    "straight to the node's network card and past the node's IP stack, bridge and netfilter.",
  kernel: ["veth", "macvlan"],
  programs: [],
  requires: [
    "all nodes and pods share one L2 segment",
    "the switch, or the cloud, lets several MAC addresses through one port",
    "the segment's subnet has addresses to spare for the pods",
  ],
  requiresInBrief: "one L2 segment with spare addresses for pods, and switch ports that allow several MAC addresses",
  givesUp: [
    "a node cannot reach its own pods, nor they their node: a parent and its children do not talk (a macvlan shim on the node mends it)",
    "Services by kube-proxy: the node's netfilter never sees the pods' packets",
    "wireless cards and most clouds refuse a second MAC address",
  ],
  needs: {
    services: {
      met: "with-care",
      because:
        "kube-proxy's rules on the node are bypassed: needs socket-level load balancing (Cilium's kube-proxy replacement) or headless Services",
    },
    policy: { met: "no", because: "packets pass no hook of the node that a policy engine uses" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": { met: "no", because: "pods have addresses of the nodes' segment" },
    ipv6: { met: "yes", because: "whatever the segment has" },
  },
  overhead: 0,
  knownAs: [
    { product: "CNI", setting: "macvlan, master eth0, mode bridge, host-local" },
    { product: "Multus", setting: "macvlan as a second network" },
    { product: "Docker", setting: "network create -d macvlan -o parent=eth0" },
  ],
  sources: [
    "containernetworking/plugins plugins/main/macvlan/macvlan.go",
    "Linux drivers/net/macvlan.c",
    "CNI macvlan 1.1.1, observed: test/oracles/macvlan.test.ts",
  ],
  deviations: [
    "the child's MAC address is fixed; the plugin lets the kernel draw it",
    "no router answers at the pods' gateway: the lab has no uplink",
  ],
  conformance: { ...PODS_ON_THE_SEGMENT, ...CHILDREN_OF_THE_CARD },
  ...madeOfLink("namespace and macvlan", (topology) => {
    const { namespaces, steps } = underlay(topology, { forwarding: false });
    return {
      namespaces: [...namespaces, ...podNamespaces(topology)],
      steps: [
        ...steps,
        ...childOfEth0(topology, {
          type: "macvlan",
          options: ["mode", "bridge"],
          mac: (index, slot) => macAddress(CHILD_MAC, index + SLOT * slot),
          reason: "the pod's own card on the node's segment",
        }),
        ...nodeIndexes(topology).flatMap((index) =>
          eachPod(topology, index, (slot) => [announce(index, slot), ...podOnSegment(index, slot)]),
        ),
      ],
      paths: nodePair({ mtu: topology.mtu, podTarget: segmentPodAddress(1) }),
    };
  }),
};

const announce = (index: number, slot: number): Step => ({
  kind: "sysctl",
  in: podName(index, slot),
  name: "net.ipv4.conf.eth0.arp_notify",
  value: "1",
  reason: "the plugin lets the pod announce its address when its link comes up",
});
