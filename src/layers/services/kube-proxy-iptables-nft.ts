import type { CountedLayer } from "../contract.js";
import { iptablesChangeText } from "./kube-proxy/iptables-rules.js";
import {
  changedRules,
  excludedBy,
  iptablesWriting,
  KUBE_PROXY_FACTS,
  kubeProxyExpectations,
  withKubeProxy,
} from "./kube-proxy/kube-proxy-layer.js";
import { IPTABLES_DEVIATIONS, IPTABLES_SOURCES } from "./kube-proxy-iptables.js";

/** kube-proxy's iptables mode where iptables writes into nf_tables. */
export const kubeProxyIptablesNft: CountedLayer = {
  ...KUBE_PROXY_FACTS,
  name: "kube-proxy-iptables-nft",
  sentence: "kube-proxy's iptables mode on every node, by the iptables that writes into nf_tables.",
  why: "The same list as in the legacy tables, walked by another interpreter; loading it takes time with the square of the number of chains.",
  needs: { kernel: ["iptables-nft"], programs: ["iptables-nft-restore"] },
  loadSeconds: (count) => 5e-5 * count + 2.7e-7 * count ** 2,
  excludes: excludedBy("kube-proxy-iptables-nft"),
  sources: IPTABLES_SOURCES,
  deviations: IPTABLES_DEVIATIONS,
  conformance: kubeProxyExpectations(true, false),
  onto: (wiring, topology, count) => withKubeProxy("kube-proxy-iptables-nft", wiring, topology, count, iptablesWriting("iptables-nft")),
  change: (wiring, services, removed) =>
    changedRules(wiring, services, removed, { argv: ["iptables-nft-restore", "--noflush"], text: iptablesChangeText }),
};
