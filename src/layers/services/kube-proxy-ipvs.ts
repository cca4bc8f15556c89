import type { Step } from "../../model/wiring.js";
import type { CountedLayer } from "../contract.js";
import { notOffered, withServicesByRules } from "./expectations.js";
import { addressText, IPVS_DEVICE, ipsetText, ipvsChangeText, ipvsRulesText, ipvsText } from "./kube-proxy/ipvs-tables.js";
import { changedRules, excludedBy, KUBE_PROXY_DEVIATIONS, KUBE_PROXY_FACTS, withKubeProxy } from "./kube-proxy/kube-proxy-layer.js";

const RESTORE = ["ipvsadm", "--restore"] as const;

/** kube-proxy's IPVS mode. */
export const kubeProxyIpvs: CountedLayer = {
  ...KUBE_PROXY_FACTS,
  name: "kube-proxy-ipvs",
  sentence:
    "kube-proxy's IPVS mode on every node: virtual servers in the kernel, every Service's address on kube-ipvs0, sets in a handful of rules.",
  why:
    "The first packet of a connection is looked up in a hash of virtual servers, however many there are, and the rules' number does not grow with them. " +
    "Packets still meet netfilter's rules and connection tracking, and IPVS keeps connections of its own beside them.",
  needs: { kernel: ["ipvs", "ipset", "dummy", "iptables"], programs: ["ipvsadm", "ipset", "sysctl", "iptables-restore"] },
  // An estimate: no kernel with IPVS on real CPUs was there to measure it. ipset, ip and ipvsadm write line by line, some seven a Service at 60 us each; the
  // square is that of a device's addresses, whose list the kernel walks for each new one (net/ipv4/devinet.c, __inet_insert_ifa).
  loadSeconds: (count) => 4e-4 * count + 5e-9 * count ** 2,
  excludes: excludedBy("kube-proxy-ipvs"),
  sources: ["kubernetes/kubernetes v1.34 pkg/proxy/ipvs/{proxier,ipset,netlink_linux,graceful_termination}.go", "Linux net/netfilter/ipvs"],
  deviations: [
    ...KUBE_PROXY_DEVIATIONS,
    "Virtual servers of node ports are on the node's own address only; kube-proxy has them on every other address of the node too, such as its gateways for pods.",
    "The scheduler is rr, kube-proxy's default; sets of load balancers, source ranges and SCTP are there and empty.",
  ],
  conformance: (sofar) => ({
    ...withServicesByRules(sofar),
    "nodeport-localhost": notOffered("no virtual server is on a loopback address"),
  }),
  onto: (wiring, topology, count) =>
    withKubeProxy("kube-proxy-ipvs", wiring, topology, count, {
      steps: ({ name }) => nodeSteps(name),
      first: [
        { argv: ["ipset", "restore"], text: ipsetText },
        { argv: ["ip", "-batch", "-"], text: addressText },
        { argv: RESTORE, text: ipvsText },
        // The first virtual server loads the module, and with it these settings.
        { argv: ["sysctl", "-q", "-p", "-"], text: () => SETTINGS },
      ],
      argv: ["iptables-restore", "--noflush"],
      texts: (services, node, { before }) => [ipvsRulesText(services, node, before)],
    }),
  change: (wiring, services, removed) =>
    changedRules(wiring, services, removed, { argv: RESTORE, text: (changed, node) => ipvsChangeText(changed, removed, node) }),
};

/** Netfilter tracks connections too; connections to a removed endpoint end, and no client sticks to one that gets no new connections. */
const SETTINGS = ["conntrack", "expire_nodest_conn", "expire_quiescent_template"].map((name) => `net.ipv4.vs.${name} = 1\n`).join("");

/** The device stays down, as kube-proxy leaves it: its addresses are the node's all the same. */
const nodeSteps = (node: string): Step[] => [
  {
    kind: "link",
    in: node,
    name: IPVS_DEVICE,
    type: "dummy",
    reason: "holds every Service's address, so that the node takes packets for them",
  },
];
