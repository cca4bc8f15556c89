/**
 * Everything that a worker has in its files so that it starts in a mode unattended, whoever puts them there.
 * @packageDocumentation
 */

import { mostPods } from "../../addressing/most-pods.js";
import { addressText } from "../../addressing/prefix.js";
import { addressesOf, type Need, type PlacedNode, type RenderedFile, type RenderInput } from "../../contract.js";
import { RenderError } from "../../errors.js";
import { nodeNetworkNeeds } from "../../node-network/node-network.js";
import { yamlText } from "../../yaml-text.js";
import { networkd } from "../node/networkd.js";
import { cni } from "../pods/cni.js";

/** A file of the worker's. */
export interface WorkerFile {
  /** On the node, from the root. */
  readonly path: string;
  readonly text: string;
  readonly mode: 0o600 | 0o644 | 0o755;
}

/** Where an image has the programs that it brings. */
export interface WorkerImage {
  /** kubelet's path. */
  readonly kubelet: string;
  /** The folder of the CNI plugins. */
  readonly cniPlugins: string;
  /** Its unit of containerd names another configuration file than /etc/containerd/config.toml. */
  readonly ownContainerdFile?: true;
}

/** Debian and its kin: containernetworking-plugins has its own folder. */
export const DEBIAN: WorkerImage = { kubelet: "/usr/bin/kubelet", cniPlugins: "/usr/lib/cni" };

/** Flatcar: /usr is read-only, and containerd's own file lies in it (Flatcar's documents, "Use a custom containerd configuration"). */
export const FLATCAR: WorkerImage = { kubelet: "/opt/bin/kubelet", cniPlugins: "/opt/cni/bin", ownContainerdFile: true };

/** Modes that a worker starts in by files alone: what its network needs is networkd's, what its pods need is a CNI plugin's. */
export const WORKER_MODES = networkd.modes.filter((mode) => cni.modes.includes(mode));

/** What a worker cannot be rendered without, in a mode. */
export const workerNeeds = (mode: string): readonly Need[] => [
  ...nodeNetworkNeeds(mode),
  ...(["apiServer", "caCert", "bootstrapToken"] as const),
];

/** Units that are to run, in the order in which they are begun anew once the files are there. */
export const WORKER_UNITS = ["systemd-resolved.service", "systemd-networkd.service", "containerd.service", "kubelet.service"] as const;

const KUBERNETES = "/etc/kubernetes";
const CA_FILE = `${KUBERNETES}/pki/ca.crt`;

/** The files of a node. */
export function workerFiles(input: RenderInput, node: PlacedNode, image: WorkerImage): readonly WorkerFile[] {
  return [
    ...filesOn(node, [...networkd.render(input), ...cni.render(input)]).filter(({ path }) => !path.startsWith("/etc/containerd/")),
    file("/etc/containerd/config.toml", containerdFile(image)),
    ...(image.ownContainerdFile === true ? [file("/etc/systemd/system/containerd.service.d/10-podwire.conf", CONTAINERD_DROP_IN)] : []),
    authority(input),
    { ...file(`${KUBERNETES}/bootstrap-kubelet.conf`, tokenKubeconfig(input)), mode: 0o600 },
    file(`${KUBERNETES}/kubelet.yaml`, kubeletConfiguration(input, node)),
    file("/etc/systemd/system/kubelet.service", kubeletService(node, image)),
  ];
}

/** Those of other targets' documents that belong on a node, as files of its own. */
export function filesOn(node: PlacedNode, documents: readonly RenderedFile[]): readonly WorkerFile[] {
  const below = `${node.name}/`;
  return documents
    .filter(({ path }) => path.startsWith(below))
    .map(({ path, text, shebang, mode = 0o644 }) => ({
      path: path.slice(below.length - 1),
      text: shebang === undefined ? text : `${shebang}\n${text}`,
      mode,
    }));
}

/** What a whole node lacks where the files say nothing of it. */
export const whatIsUnsaid = ({ cluster }: RenderInput, { gateway }: PlacedNode): readonly string[] => [
  ...(cluster.nameservers === undefined
    ? ["cluster.yaml names no nameservers: the node resolves no names, and pulls images by address alone"]
    : []),
  ...(gateway === undefined ? ["nodes.yaml names no gateway of this node: it has no default route"] : []),
];

/** The certificate by which a node knows the API server. */
export const authority = ({ cluster }: RenderInput): WorkerFile => file(CA_FILE, given(cluster.caCert, "caCert"));

const file = (path: string, text: string): WorkerFile => ({ path, text: text.endsWith("\n") ? text : `${text}\n`, mode: 0o644 });

function given(value: string | undefined, field: string): string {
  if (value === undefined) throw new RenderError(`a whole node needs ${field}`);
  return value;
}

/** The whole file: Debian's own differs from containerd's defaults only in the folder of the plugins. */
const containerdFile = ({ cniPlugins }: WorkerImage): string =>
  [
    "version = 2",
    '[plugins."io.containerd.grpc.v1.cri"]',
    "  # nothing below containerd's own, which its unit puts at -999; without it no pod starts where that may not be lowered, as inside a container",
    "  restrict_oom_score_adj = true",
    '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]',
    '  runtime_type = "io.containerd.runc.v2"',
    '[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]',
    "  SystemdCgroup = true",
    '[plugins."io.containerd.grpc.v1.cri".cni]',
    `  bin_dir = "${cniPlugins}"`,
    '  conf_dir = "/etc/cni/net.d"',
    "",
  ].join("\n");

const CONTAINERD_DROP_IN = [
  "[Service]",
  "# the first line takes the image's own away",
  "ExecStart=",
  "ExecStart=/usr/bin/containerd --config /etc/containerd/config.toml",
  "",
].join("\n");

/** A kubeconfig with the token. kubelet asks for a certificate of its own with it, which it keeps; that of 1.2 goes on using it. */
export const tokenKubeconfig = ({ cluster }: RenderInput): string =>
  yamlText({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "cluster", cluster: { server: given(cluster.apiServer, "apiServer"), "certificate-authority": CA_FILE } }],
    users: [{ name: "kubelet", user: { token: given(cluster.bootstrapToken, "bootstrapToken") } }],
    contexts: [{ name: "cluster", context: { cluster: "cluster", user: "kubelet" } }],
    "current-context": "cluster",
  });

const kubeletConfiguration = ({ cluster }: RenderInput, node: PlacedNode): string =>
  yamlText({
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: CA_FILE } },
    authorization: { mode: "Webhook" },
    cgroupDriver: "systemd",
    clusterDomain: "cluster.local",
    ...(cluster.dns === undefined ? {} : { clusterDNS: [addressText(cluster.dns)] }),
    containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
    maxPods: mostPods(node),
    // Pods cannot reach the stub of systemd-resolved, which listens on the node's loopback device.
    resolvConf: "/run/systemd/resolve/resolv.conf",
    rotateCertificates: true,
  });

const kubeletService = (node: PlacedNode, { kubelet }: WorkerImage): string =>
  [
    "[Unit]",
    "Description=kubelet: the Kubernetes node agent",
    "Wants=network-online.target containerd.service systemd-resolved.service",
    "After=network-online.target containerd.service systemd-resolved.service",
    "",
    "[Service]",
    `ExecStart=${kubelet} --config=${KUBERNETES}/kubelet.yaml --bootstrap-kubeconfig=${KUBERNETES}/bootstrap-kubelet.conf --kubeconfig=/var/lib/kubelet/kubeconfig --hostname-override=${node.name} --node-ip=${addressesOf(node).map(addressText).join(",")}`,
    "Restart=always",
    "RestartSec=5",
    "",
    "[Install]",
    "WantedBy=multi-user.target",
    "",
  ].join("\n");
