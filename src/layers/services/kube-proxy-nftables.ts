import type { CountedLayer } from "../contract.js";
import {
  changedRules,
  excludedBy,
  KUBE_PROXY_DEVIATIONS,
  KUBE_PROXY_FACTS,
  kubeProxyExpectations,
  withKubeProxy,
} from "./kube-proxy/kube-proxy-layer.js";
import { NFT_TRANSACTION, nftablesChangeText, nftablesTexts } from "./kube-proxy/nftables-rules.js";

/** kube-proxy's nftables mode. */
export const kubeProxyNftables: CountedLayer = {
  ...KUBE_PROXY_FACTS,
  name: "kube-proxy-nftables",
  sentence: "kube-proxy's nftables mode on every node.",
  why:
    "The first packet of each connection is looked up in a map of all Services, however many there are. Loading takes time with the square of their number: " +
    "each Service's choice among its endpoints is an anonymous map, and the kernel walks the table's list of sets for each.",
  needs: { kernel: ["nftables"], programs: ["nft"] },
  loadSeconds: (count) => 2e-4 * count + 1.8e-7 * count ** 2,
  excludes: excludedBy("kube-proxy-nftables"),
  sources: [
    "kubernetes/kubernetes v1.34 pkg/proxy/nftables/proxier.go, pkg/proxy/topology.go",
    "kube-proxy 1.34.4 in a cluster, observed: test/captured/inspection-pods, test/cluster/kube-proxy-rules.test.ts",
    "Linux net/netfilter/nf_tables_api.c (nft_set_lookup_global)",
  ],
  deviations: [
    ...KUBE_PROXY_DEVIATIONS,
    "Services are written in transactions of 500; kube-proxy 1.34 writes all of them in one, which makes the same table and takes twice the time and five times the memory.",
  ],
  conformance: kubeProxyExpectations(false, true),
  change: (wiring, services, removed) => changedRules(wiring, services, removed, { argv: ["nft", "-f", "-"], text: nftablesChangeText }),
  onto: (wiring, topology, count) =>
    withKubeProxy("kube-proxy-nftables", wiring, topology, count, {
      argv: ["nft", "-f", "-"],
      texts: (services, node, { small }) => nftablesTexts(services, node, small ? NFT_TRANSACTION.small : NFT_TRANSACTION.usual),
    }),
};
