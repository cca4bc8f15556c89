import { MOST_PODS, mostPods } from "../../addressing/most-pods.js";
import { addressText, prefixText } from "../../addressing/prefix.js";
import { addressesOf, type PlacedNode, type RenderedFile, type RenderInput, type Target } from "../../contract.js";
import { modesWith } from "../../mode-kinds.js";
import { yamlText } from "../../yaml-text.js";

/** kubelet's configuration file, and the flags that it has no key for. */
export const kubelet: Target = {
  name: "kubelet",
  title: "kubelet's configuration file, as far as the network goes, and its flags for the node's addresses",
  modes: modesWith("routed", "nodes-segment", "own-segment"),
  layers: [],
  checker: "kubelet 1.34 started with it, which must not fall back to lenient decoding",
  checked: "run",
  activation: { restart: "`systemctl restart kubelet` on each node", pods: "go on" },
  needs: (mode) => [
    "nodes",
    "dns",
    ...(modesWith("routed").includes(mode) ? [] : (["segment"] as const)),
    ...(mode === "vlan" ? (["segment.vlan"] as const) : []),
  ],
  render: (input) => input.nodes.flatMap((node) => [configuration(input, node), flags(node)]),
};

const configuration = ({ cluster }: RenderInput, node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/kubernetes/kubelet-podwire.yaml`,
  comment: "#",
  text: yamlText({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    clusterDNS: cluster.dns === undefined ? [] : [addressText(cluster.dns)],
    clusterDomain: "cluster.local",
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    maxPods: mostPods(node),
  }),
  about: {
    needs: [
      "kubelet --config FILE, or the keys put into the node's own file; what it does not name is kubelet's default",
      ...(mostPods(node) < MOST_PODS
        ? [`maxPods is what ${node.podCIDRs.map(prefixText).join(" and ")} has addresses for: with more, pods wait without one`]
        : []),
    ],
    check: [
      "kubelet's log has no `Using lenient decoding`: with that line a key was not understood",
      "`kubectl get node NAME -o jsonpath={.status.capacity.pods}`",
    ],
    back: ["the old file, and kubelet started anew; pods go on meanwhile"],
  },
});

const flags = (node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/default/kubelet`,
  comment: "#",
  text: `KUBELET_EXTRA_ARGS="--hostname-override=${node.name} --node-ip=${addressesOf(node).map(addressText).join(",")}"\n`,
  about: {
    needs: ["a kubelet.service that reads /etc/default/kubelet, as the packages of Kubernetes and kubeadm have it"],
    check: ["`kubectl get node NAME -o wide` shows the node's own address, not that of another card"],
    back: ["remove the file and start kubelet anew"],
  },
});
