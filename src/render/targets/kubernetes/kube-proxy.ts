import { addressText, prefixText } from "../../addressing/prefix.js";
import type { About, KubernetesVersion, RenderInput, Target } from "../../contract.js";
import { modesWith } from "../../mode-kinds.js";
import { yamlText } from "../../yaml-text.js";

/** What each layer is to kube-proxy. */
const MODES: Readonly<Record<string, string>> = {
  "kube-proxy-iptables": "iptables",
  "kube-proxy-iptables-nft": "iptables",
  "kube-proxy-nftables": "nftables",
};

/** Modes whose pods' packets pass the node's IP stack, where kube-proxy's rules are; resolving a variant refuses the others. */
const ROUTED = modesWith("routed");

/** kube-proxy's configuration file. */
export const kubeProxy: Target = {
  name: "kube-proxy",
  title: "kube-proxy's configuration file, of a variant with one of its layers",
  modes: ROUTED,
  layers: Object.keys(MODES),
  onlyLayers: true,
  checker: "kube-proxy 1.34 started with it, which must not fall back to lenient decoding",
  checked: "run",
  activation: { restart: "`kubectl -n kube-system rollout restart daemonset kube-proxy`", pods: "go on" },
  needs: () => ["podCIDRs"],
  render: (input) => [
    { path: "cluster/kube-proxy.yaml", comment: "#", text: yamlText(kubeProxyConfiguration(input)), about: aboutOf(input) },
  ],
};

/** The layer of kube-proxy's that the variant has, as kube-proxy's own `mode`; undefined without one. */
export const proxyMode = ({ variant }: RenderInput): string | undefined =>
  variant.layers.map(({ layer }) => MODES[layer.name]).find((mode) => mode !== undefined);

/** Where nftables is behind a gate that is off: NFTablesProxyMode is alpha in 1.29 and 1.30, and on from 1.31 (KEP-3866). kube-proxy refuses the mode then. */
const BEHIND_GATE: readonly KubernetesVersion[] = ["1.29", "1.30"];

/** Feature gates that the variant's mode of kube-proxy needs. */
export const proxyGates = (input: RenderInput): Readonly<Record<string, boolean>> =>
  proxyMode(input) === "nftables" && BEHIND_GATE.includes(input.kubernetes) ? { NFTablesProxyMode: true } : {};

/** By the cluster's ranges kube-proxy tells pods from others: whoever comes from outside is masqueraded on the way to a Service. */
export function kubeProxyConfiguration(input: RenderInput): Readonly<Record<string, unknown>> {
  const gates = proxyGates(input);
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: proxyMode(input),
    ...(Object.keys(gates).length === 0 ? {} : { featureGates: gates }),
    clusterCIDR: (input.cluster.podCIDRs ?? []).map(prefixText).join(","),
    detectLocalMode: "ClusterCIDR",
    clientConnection: { kubeconfig: "/var/lib/kube-proxy/kubeconfig.conf" },
  };
}

function aboutOf(input: RenderInput): About {
  const nft = proxyMode(input) === "nftables";
  const other = input.variant.layers.some(({ layer }) => layer.name === "kube-proxy-iptables-nft");
  const address = input.nodes[0]?.address;
  return {
    needs: [
      "kube-proxy --config FILE; of a kubeadm cluster it is config.conf in the ConfigMap kube-proxy of kube-system",
      ...(nft
        ? ["a kernel of 5.13 or later; kube-proxy knows the mode since 1.29, in 1.29 and 1.30 behind the feature gate NFTablesProxyMode"]
        : []),
      ...(other ? ["an image whose iptables is iptables-nft: kube-proxy's own chooses by what it finds on the node"] : []),
    ],
    ...(nft ? { givesUp: ["NodePorts at 127.0.0.1: in nftables mode they are reached at the node's other addresses only"] } : {}),
    check: [
      `\`curl -s http://${address === undefined ? "NODE" : addressText(address)}:10249/proxyMode\` on the node prints ${proxyMode(input) ?? ""}`,
      "its log has no `Using lenient decoding`: with that line a key was not understood",
    ],
    back: ["the old file, and kube-proxy started anew; between iptables and nftables it takes its old rules away itself when it starts"],
  };
}
