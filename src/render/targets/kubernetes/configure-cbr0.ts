import { addressText, prefixText } from "../../addressing/prefix.js";
import type { About, PlacedNode, RenderedFile, RenderInput, Target } from "../../contract.js";
import { RenderError } from "../../errors.js";
import { yamlText } from "../../yaml-text.js";

/** What kubelet knows the API server and itself by. */
export const KUBECONFIG = "/etc/kubernetes/kubelet.kubeconfig";

/** There only while docker runs: kubelet must not wait at a socket that systemd holds. */
const DOCKER_SOCKET = "unix:///run/docker-cbr0.sock";

/** Kubernetes 1.2, whose kubelet makes cbr0 itself and has docker started anew on it. */
export const configureCbr0: Target = {
  name: "configure-cbr0",
  title:
    "Kubernetes 1.2: kubelet --configure-cbr0 as a unit, docker's drop-in, a wrapper that looks for kubelet's programs, the controller's flags",
  modes: ["gce"],
  layers: [],
  only: "1.2",
  checker:
    "systemd-analyze verify; kubelet 1.2.4 on a node started from the same units; controllers' flags that 1.2.4 took when they were tried",
  checked: "run",
  why: "docker was 20.10 behind `docker daemon`, and the controllers those of 1.34",
  activation: {
    restart: "`systemctl daemon-reload && systemctl restart kubelet` on each node; docker is started anew by kubelet",
    pods: "made anew",
  },
  needs: () => ["nodes", "podCIDRs", "apiServer"],
  render: (input) => {
    requireOldMasks(input);
    return [
      ...input.nodes.flatMap((node) => [kubeletUnit(input, node), dockerDropIn(node), wrapper(node)]),
      controllerFlags(input),
      nodeObjects(input),
    ];
  },
};

/** 1.2 knows /24 of IPv4 and nothing else; past the end of a range that is too small it hands out blocks all the same. */
function requireOldMasks({ nodes }: RenderInput): void {
  const other = nodes
    .flatMap(({ name, podCIDRs }) => podCIDRs.map((prefix) => ({ name, prefix })))
    .find(({ prefix }) => prefix.family !== "ipv4" || prefix.length !== 24);
  if (other !== undefined)
    throw new RenderError(`Kubernetes 1.2 gives each node a /24 of IPv4, and ${other.name} has ${prefixText(other.prefix)}`);
}

const ABOUT: About = {
  needs: [
    "kube-controller-manager with --allocate-node-cidrs and --cluster-cidr (cluster/kube-controller-manager.flags): without a PodCIDR kubelet logs `ConfigureCBR0 requested, but PodCIDR not set` and waits",
    "one route a node in the network: `--for cloud-routes`, or `--for iproute2` on a router",
  ],
  check: [
    "`ip address show cbr0` has the first address of the node's PodCIDR; `iptables -t nat -S POSTROUTING` has kubelet's MASQUERADE rule",
  ],
  back: ["remove the files, `systemctl daemon-reload`, delete cbr0 (`ip link del cbr0`), start docker and kubelet anew"],
};

/** In the order of kubelet's own help; no --network-plugin: kubenet turns --configure-cbr0 off, and cni goes past cbr0. */
const kubeletUnit = ({ cluster }: RenderInput, node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/systemd/system/kubelet.service`,
  comment: "#",
  text: [
    "[Unit]",
    "Description=kubelet 1.2, which makes cbr0",
    "Wants=docker.service network-online.target",
    // Not After=docker.service: docker fails until kubelet has made cbr0.
    "After=network-online.target",
    "",
    "[Service]",
    [
      "ExecStart=/opt/podwire/kubelet-wrapper",
      `--api-servers=${cluster.apiServer ?? ""}`,
      `--kubeconfig=${KUBECONFIG}`,
      `--hostname-override=${node.name}`,
      `--node-ip=${addressText(node.address)}`,
      "--configure-cbr0=true",
      // Of what is outside of it kubelet masquerades even pods' packets to each other; 10.0.0.0/8 where nothing is said.
      `--non-masquerade-cidr=${(cluster.podCIDRs ?? []).map(prefixText).join()}`,
      // Both are asked: the second is cAdvisor's.
      `--docker-endpoint=${DOCKER_SOCKET}`,
      `--docker=${DOCKER_SOCKET}`,
      "--register-node=true",
    ].join(" "),
    "Restart=always",
    "RestartSec=5s",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n"),
  about: { ...ABOUT, needs: [...(ABOUT.needs ?? []), `${KUBECONFIG} with the node's identity`] },
});

const dockerDropIn = (node: PlacedNode): RenderedFile => ({
  path: `${node.name}/etc/systemd/system/docker.service.d/10-podwire-cbr0.conf`,
  comment: "#",
  text: [
    "[Service]",
    "# the first line takes docker's own away",
    "ExecStart=",
    "# kubelet has a socket of its own: docker.socket takes its questions while docker waits for cbr0, and each would wait for the other",
    `ExecStart=/usr/bin/docker daemon --host=fd:// --host=${DOCKER_SOCKET} --bridge=cbr0 --iptables=false --ip-masq=false`,
    "# docker fails until kubelet has made cbr0, however often that takes",
    "Restart=always",
    "RestartSec=2s",
    "StartLimitInterval=0",
    "",
  ].join("\n"),
  about: { ...ABOUT, needs: ["docker of that day, 1.9 or 1.10: its daemon is `docker daemon`, and there is no daemon.json"] },
});

/** kubelet calls them by name, and says nothing of a missing one but that it failed. */
const PROGRAMS = ["brctl", "ip", "iptables", "systemctl"];

const wrapper = (node: PlacedNode): RenderedFile => ({
  path: `${node.name}/opt/podwire/kubelet-wrapper`,
  comment: "#",
  shebang: "#!/bin/sh",
  mode: 0o755,
  text: [
    "set -eu",
    `for program in ${PROGRAMS.join(" ")}; do`,
    '  command -v "$program" > /dev/null || { echo "kubelet-wrapper: $program is missing, which kubelet executes for cbr0" >&2; exit 1; }',
    "done",
    'exec /opt/podwire/kubelet "$@"',
    "",
  ].join("\n"),
  about: {
    ...ABOUT,
    needs: [
      "kubelet 1.2 in /opt/podwire/kubelet; bridge-utils, iproute2, iptables and systemd where kubelet runs: in a container it needs the node's own systemctl",
    ],
  },
});

const controllerFlags = ({ cluster }: RenderInput): RenderedFile => ({
  path: "cluster/kube-controller-manager.flags",
  comment: "#",
  text: `--allocate-node-cidrs=true\n--cluster-cidr=${(cluster.podCIDRs ?? []).map(prefixText).join()}\n`,
  about: { ...ABOUT, needs: ["both flags: either one alone gives nodes no PodCIDR"] },
});

/** 1.2 has no podCIDRs. */
const nodeObjects = ({ nodes }: RenderInput): RenderedFile => ({
  path: "cluster/nodes.yaml",
  comment: "#",
  text: yamlText(
    ...nodes.map(({ name, podCIDRs }) => ({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name },
      spec: { podCIDR: podCIDRs.map(prefixText).join() },
    })),
  ),
  about: {
    ...ABOUT,
    needs: ["to be created before kubelet registers the node, where the choice of blocks matters: the controller keeps them"],
  },
});
