import { prefixText } from "../../addressing/prefix.js";
import type { About, KubernetesVersion, RenderedFile, RenderInput, Target } from "../../contract.js";
import type { Cluster } from "../../inputs/cluster-file.js";
import { modesWith } from "../../mode-kinds.js";
import { jsonText, yamlText } from "../../yaml-text.js";

/** kube-controller-manager, which gives nodes their PodCIDRs. It has flags and no file. */
export const controllerManager: Target = {
  name: "controller-manager",
  title: "kube-controller-manager's flags, as they are, as kubeadm's extraArgs and as kubeadm's patch of the static pod",
  modes: modesWith("routed"),
  layers: [],
  checker: "kube-controller-manager 1.34 started with the flags; kubeadm 1.34, which gives it those of the other two documents",
  checked: "run",
  activation: { restart: "the flags in its static pod's manifest: kubelet starts it anew by itself", pods: "go on" },
  needs: () => ["podCIDRs", "serviceCIDRs"],
  render: (input) => [flagsFile(input), extraArgsFile(input), staticPodPatch(input)],
};

/** A flag without its dashes, and its value. */
type Flag = readonly [name: string, value: string];

/** By name, in the order of the documents. */
const flagsOf = ({ cluster }: RenderInput): readonly Flag[] => [
  ["allocate-node-cidrs", "true"],
  ["cluster-cidr", (cluster.podCIDRs ?? []).map(prefixText).join(",")],
  ["service-cluster-ip-range", (cluster.serviceCIDRs ?? []).map(prefixText).join(",")],
  ...maskFlags(cluster),
];

/** How long each node's block is. Of two families each has a flag of its own: the plain one is refused then. */
export function maskFlags({ podCIDRs = [], nodeMask = 24, nodeMask6 = 64 }: Cluster): readonly Flag[] {
  return podCIDRs.map(({ family }) => [
    podCIDRs.length === 1 ? "node-cidr-mask-size" : `node-cidr-mask-size-${family}`,
    String(family === "ipv4" ? nodeMask : nodeMask6),
  ]);
}

/** kubeadm's ClusterConfiguration with a component's flags: a list since v1beta4, which came with 1.31, and a map before. */
export function kubeadmVersionAndArgs(
  kubernetes: KubernetesVersion,
  flags: readonly Flag[],
): { readonly apiVersion: string; readonly extraArgs: unknown } {
  const old = kubernetes === "1.29" || kubernetes === "1.30";
  return {
    apiVersion: `kubeadm.k8s.io/${old ? "v1beta3" : "v1beta4"}`,
    extraArgs: old ? Object.fromEntries(flags) : flags.map(([name, value]) => ({ name, value })),
  };
}

const ABOUT: About = {
  needs: [
    "every Node's PodCIDR inside of --cluster-cidr: it does not start otherwise",
    "a fixed choice of blocks: `--for nodes` before the workers register, since it gives the others in the order of registration",
  ],
  check: [
    "`kubectl get nodes -o custom-columns=NAME:.metadata.name,PODCIDR:.spec.podCIDRs`; a range that is used up shows as the event CIDRNotAvailable and an empty PodCIDR",
  ],
  back: ["the old flags; Nodes keep the PodCIDRs that they have, whatever the flags say"],
};

const flagsFile = (input: RenderInput): RenderedFile => ({
  path: "cluster/kube-controller-manager.flags",
  comment: "#",
  text: flagsOf(input)
    .map(([name, value]) => `--${name}=${value}\n`)
    .join(""),
  about: ABOUT,
});

function extraArgsFile(input: RenderInput): RenderedFile {
  const { apiVersion, extraArgs } = kubeadmVersionAndArgs(input.kubernetes, flagsOf(input));
  return {
    path: "cluster/kubeadm-controller-manager.yaml",
    comment: "#",
    text: yamlText({ apiVersion, kind: "ClusterConfiguration", controllerManager: { extraArgs } }),
    about: {
      ...ABOUT,
      needs: [
        ...(ABOUT.needs ?? []),
        "the part put into kubeadm's own configuration; v1beta3 has a map where v1beta4, from Kubernetes 1.31 on, has a list",
      ],
    },
  };
}

/** kubeadm applies it with `--patches DIR`. */
const staticPodPatch = (input: RenderInput): RenderedFile => ({
  path: "cluster/patches/kube-controller-manager0+json.json",
  text: jsonText(flagsOf(input).map(([name, value]) => ({ op: "add", path: "/spec/containers/0/command/-", value: `--${name}=${value}` }))),
  about: {
    ...ABOUT,
    needs: [
      ...(ABOUT.needs ?? []),
      "`kubeadm init --patches DIR` or `kubeadm upgrade apply --patches DIR`; the last of two flags of one name counts",
    ],
  },
});
