import type { CountedLayer } from "../contract.js";
import { iptablesChangeText } from "./kube-proxy/iptables-rules.js";
import {
  changedRules,
  excludedBy,
  iptablesWriting,
  KUBE_PROXY_DEVIATIONS,
  KUBE_PROXY_FACTS,
  kubeProxyExpectations,
  withKubeProxy,
} from "./kube-proxy/kube-proxy-layer.js";

/** Differences of the iptables modes. */
export const IPTABLES_DEVIATIONS: readonly string[] = [
  ...KUBE_PROXY_DEVIATIONS,
  "No rule counts by nfacct, as on a kernel without it; where it is, kube-proxy counts dropped INVALID packets and has one more rule for each node port, for the loopback address.",
];

/** Sources of the iptables modes. */
export const IPTABLES_SOURCES = [
  "kubernetes/kubernetes v1.34 pkg/proxy/iptables/proxier.go, pkg/proxy/topology.go",
  "kube-proxy 1.34.4 in a cluster, observed: test/captured/inspection-pods, test/cluster/kube-proxy-rules.test.ts",
] as const;

/** kube-proxy's iptables mode on the legacy tables. */
export const kubeProxyIptables: CountedLayer = {
  ...KUBE_PROXY_FACTS,
  name: "kube-proxy-iptables",
  sentence: "kube-proxy's iptables mode on every node, in the legacy tables.",
  why:
    "The first packet of each connection walks a list with one rule for every port of every Service until one matches, to its end where none does; " +
    "later packets find their translation in the connection's entry.",
  needs: { kernel: ["iptables-legacy"], programs: ["iptables-legacy-restore"] },
  loadSeconds: (count) => 1.2e-4 * count + 1.3e-8 * count ** 2,
  excludes: excludedBy("kube-proxy-iptables"),
  sources: IPTABLES_SOURCES,
  deviations: IPTABLES_DEVIATIONS,
  conformance: kubeProxyExpectations(true, false),
  onto: (wiring, topology, count) => withKubeProxy("kube-proxy-iptables", wiring, topology, count, iptablesWriting("iptables-legacy")),
  change: (wiring, services, removed) =>
    changedRules(wiring, services, removed, { argv: ["iptables-legacy-restore", "--noflush"], text: iptablesChangeText }),
};
