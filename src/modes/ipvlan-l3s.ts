import type { RouteStep, Step, Topology } from "../model/wiring.js";
import type { Mode } from "./contract.js";
import { nodeAddress, podAddress, podCidr } from "./parts/addresses.js";
import { podNamespaces } from "./parts/cni-bridge.js";
import { CUBIC } from "./parts/congestion.js";
import { CHILDREN_OF_THE_CARD, NOT_MASQUERADED, ROUTED_PODS } from "./parts/expectations.js";
import { madeOfLink } from "./parts/made-of.js";
import { nodePair } from "./parts/paths.js";
import { childOfEth0 } from "./parts/segment.js";
import { connectedRoute, eachPod, nodeIndexes, nodeName, podName, underlay } from "./parts/underlay.js";

/** ipvlan children of eth0 in L3S mode; each node routes its own PodCIDR. */
export const ipvlanL3s: Mode = {
  name: "ipvlan-l3s",
  title: "ipvlan L3S with a route per node",
  summary:
    "The pod's eth0 is an ipvlan child of the node's eth0 without ARP. The node's routing table decides where a packet goes, " +
    "and its netfilter sees it: OUTPUT and POSTROUTING on the way out, PREROUTING and INPUT on the way in.",
  kernel: ["veth", "ipvlan", "ipvlan_l3s"],
  programs: [],
  requires: ["all nodes share one L2 segment, or the fabric routes each PodCIDR to its node"],
  requiresInBrief: "nodes on one L2 segment, or a fabric that routes each node's pod range",
  givesUp: [
    "a node cannot reach its own pods, nor they their node: a parent and its children do not talk",
    "multicast and broadcast between pods: L3 modes carry none",
    "rules in FORWARD do not see pod traffic: it looks like the node's own",
  ],
  needs: {
    services: {
      met: "with-care",
      because: "kube-proxy's OUTPUT and PREROUTING chains see the packets, but a pod on the node of its own client is not reached",
    },
    policy: { met: "with-care", because: "an engine must hook INPUT and OUTPUT, since FORWARD is not passed" },
    encryption: { met: "no", because: "packets cross the link as they are" },
    "no-l2": { met: "with-care", because: "between segments the fabric must know one route for each node" },
    ipv6: { met: "yes", because: "with a PodCIDR of that family and its routes" },
  },
  overhead: 0,
  knownAs: [
    { product: "CNI", setting: "ipvlan, master eth0, mode l3s" },
    { product: "Docker", setting: "network create -d ipvlan -o ipvlan_mode=l3s" },
  ],
  sources: [
    "containernetworking/plugins plugins/main/ipvlan/ipvlan.go",
    "Linux drivers/net/ipvlan/ipvlan_core.c and ipvlan_l3s.c, Documentation/networking/ipvlan.rst",
  ],
  deviations: ["routes to the other nodes' PodCIDRs stand in for what a routing daemon or the fabric provides: the CNI plugin makes none"],
  conformance: { ...ROUTED_PODS, ...NOT_MASQUERADED, ...CHILDREN_OF_THE_CARD },
  ...madeOfLink("namespace and ipvlan, routed by the node", (topology) => {
    const { namespaces, steps } = underlay(topology, { forwarding: true });
    return {
      namespaces: [...namespaces, ...podNamespaces(topology)],
      steps: [
        ...steps,
        ...childOfEth0(topology, {
          type: "ipvlan",
          options: ["mode", "l3s"],
          reason: "the pod's share of the node's card, routed by the node",
        }),
        ...nodeIndexes(topology).flatMap((index) => [
          ...peerRoutes(topology, index),
          ...eachPod(topology, index, (slot) => routedPod(index, slot)),
        ]),
      ],
      paths: nodePair({ mtu: topology.mtu, podTarget: podAddress(1) }),
    };
  }),
};

function peerRoutes(topology: Topology, index: number): RouteStep[] {
  return nodeIndexes(topology)
    .filter((peer) => peer !== index)
    .map((peer) => ({
      kind: "route",
      in: nodeName(index),
      to: podCidr(peer),
      options: ["via", nodeAddress(peer), "dev", "eth0", ...CUBIC],
      reason: `the pods of ${nodeName(peer)}`,
    }));
}

function routedPod(index: number, slot: number): Step[] {
  const pod = podName(index, slot);
  return [
    {
      kind: "address",
      in: pod,
      device: "eth0",
      address: `${podAddress(index, slot)}/24`,
      options: ["brd", "+"],
      reason: "the pod's address, from its node's PodCIDR",
    },
    { kind: "link-set", in: pod, name: "eth0", settings: ["up"], reason: "the pod's link is on" },
    connectedRoute(pod, "eth0", podCidr(index), podAddress(index, slot)),
    {
      kind: "route",
      in: pod,
      to: "default",
      options: ["dev", "eth0", ...CUBIC],
      reason: "everything leaves by the device: there is no ARP, so there is no gateway",
    },
  ];
}
