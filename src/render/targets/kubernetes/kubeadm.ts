import { MOST_PODS, mostPods } from "../../addressing/most-pods.js";
import { addressText, type HostAddress, nthText, prefixText } from "../../addressing/prefix.js";
import type { About, RenderInput, Target } from "../../contract.js";
import { RenderError } from "../../errors.js";
import type { Cluster } from "../../inputs/cluster-file.js";
import { modesWith } from "../../mode-kinds.js";
import { yamlText } from "../../yaml-text.js";
import { kubeadmVersionAndArgs, maskFlags } from "./controller-manager.js";
import { kubeProxy, kubeProxyConfiguration, proxyMode } from "./kube-proxy.js";

/** kubeadm's configuration file, from which `kubeadm init` makes a cluster. */
export const kubeadm: Target = {
  name: "kubeadm",
  title:
    "kubeadm's configuration for init: ClusterConfiguration, KubeletConfiguration, and with a layer of kube-proxy's KubeProxyConfiguration",
  modes: modesWith("routed"),
  layers: kubeProxy.layers,
  checker:
    "kubeadm 1.34: config validate without a word; kube-controller-manager takes the flags that it makes of the file, and kube-proxy starts with its part",
  checked: "parsed",
  why: "no cluster was made from it",
  activation: {
    restart:
      "of a cluster that is there: `kubectl -n kube-system edit configmap kubeadm-config`, `kubeadm init phase control-plane all --config kubeadm.yaml` on each control plane, then kubelet's and kube-proxy's own targets",
    pods: "go on",
  },
  needs: () => ["podCIDRs", "serviceCIDRs"],
  render: (input) => [
    {
      path: "cluster/kubeadm.yaml",
      comment: "#",
      text: yamlText(
        clusterConfiguration(input),
        kubeletConfiguration(input),
        ...(proxyMode(input) === undefined ? [] : [kubeProxyConfiguration(input)]),
      ),
      about: ABOUT,
    },
  ],
};

const ABOUT: About = {
  needs: [
    "`kubeadm init --config kubeadm.yaml`, before the cluster is made: podSubnet and serviceSubnet cannot be changed afterwards",
    "the pod network itself by another target: `--for flannel`, `--for calico`, or `--for cni` with the nodes' routes",
    "each node's own address and name by `--for kubelet`; a fixed choice of PodCIDRs by `--for nodes`, before the workers join",
  ],
  check: [
    "`kubeadm config validate --config kubeadm.yaml` prints `ok` and nothing else; it lets unknown names of extraArgs and modes of kube-proxy pass",
    "`kubectl get nodes -o custom-columns=NAME:.metadata.name,PODCIDR:.spec.podCIDRs` once the workers have joined",
  ],
  back: ["`kubeadm reset` on each node; without it nothing of a cluster that is there is changed"],
};

/** Without kubernetesVersion kubeadm takes the newest of its own minor version. */
function clusterConfiguration({ cluster, kubernetes }: RenderInput): Readonly<Record<string, unknown>> {
  const { podCIDRs = [], serviceCIDRs = [], apiServer } = cluster;
  const { apiVersion, extraArgs } = kubeadmVersionAndArgs(kubernetes, maskFlags(cluster));
  return {
    apiVersion,
    kind: "ClusterConfiguration",
    ...(apiServer === undefined ? {} : { controlPlaneEndpoint: endpointOf(apiServer) }),
    networking: {
      podSubnet: podCIDRs.map(prefixText).join(","),
      serviceSubnet: serviceCIDRs.map(prefixText).join(","),
      dnsDomain: "cluster.local",
    },
    // kubeadm sets --allocate-node-cidrs, --cluster-cidr and --service-cluster-ip-range itself, from these.
    controllerManager: { extraArgs },
  };
}

const endpointOf = (apiServer: string): string => {
  const host = apiServer.replace("https://", "");
  return /:\d+$/.test(host) && !host.endsWith("]") ? host : `${host}:6443`;
};

/** One for all nodes: the smallest block decides how many pods each may have. */
function kubeletConfiguration({ cluster, nodes }: RenderInput): Readonly<Record<string, unknown>> {
  const { podCIDRs = [], nodeMask = 24, nodeMask6 = 64 } = cluster;
  const blocks = podCIDRs.map(({ family, base }) => ({ family, base, length: family === "ipv4" ? nodeMask : nodeMask6 }));
  const dns = dnsOf(cluster);
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    ...(dns === undefined ? {} : { clusterDNS: [addressText(dns)] }),
    clusterDomain: "cluster.local",
    maxPods: [...nodes, { podCIDRs: blocks }].map(mostPods).reduce((least, most) => Math.min(least, most), MOST_PODS),
  };
}

const TENTH = 10n;

/** kubeadm's DNS Service has the tenth address of the first range, whatever kubelets tell their pods. */
function dnsOf({ dns, serviceCIDRs: [services] = [] }: Cluster): HostAddress | undefined {
  if (dns === undefined || services === undefined) return undefined;
  if (dns.family !== services.family || dns.value !== services.base + TENTH)
    throw new RenderError(
      `kubeadm gives the DNS Service the tenth address of serviceCIDRs, ${nthText(services, TENTH)}, and dns is ${addressText(dns)}`,
    );
  return dns;
}
