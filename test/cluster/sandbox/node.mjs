/**
 * What runs on every node: containerd, kubelet and kube-proxy. Their folders are the usual ones, since a node has /run and /var/lib to itself.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../child.mjs";
import { PAUSE_IMAGE } from "../images.mjs";
import { cgroupOf } from "../registry.mjs";
import { DNS_SERVICE, isCilium, podCidrs } from "../variants.mjs";
import { giveOwnSettings, KUBELET_SETTINGS } from "./own-settings.mjs";
import { inNode } from "./processes.mjs";
import { bornInOwnCgroup, CNI_PLUGINS } from "./products/own-places.mjs";

/** @typedef {import("./processes.mjs").Program} Program */
/** @typedef {import("../variants.mjs").NodePlace} NodePlace */
/** @typedef {import("./settings.mjs").Settings} Settings */

export const CONTAINERD_SOCKET = "/run/containerd/containerd.sock";
const RESOLV_CONF = "/run/node/resolv.conf";
/** Where pod networks put their configuration, on every node. */
export const CNI_CONFIG = "/run/node/cni";

/**
 * Writes a file in a node, where /run is not ours.
 * @param {string} node
 * @param {string} path
 * @param {string} text
 */
export async function writeInNode(node, path, text) {
  await run(inNode(node, ["dd", `of=${path}`, "status=none"]), { input: text });
}

/**
 * @param {string} node
 * @param {string} file
 * @param {unknown} config a CNI configuration list
 */
export async function writeCniConfig(node, file, config) {
  await run(inNode(node, ["mkdir", "-p", CNI_CONFIG]));
  await writeInNode(node, join(CNI_CONFIG, file), `${JSON.stringify(config, undefined, 2)}\n`);
}

/**
 * @param {Settings} settings
 * @param {string} node
 * @returns {Program}
 */
export function containerd(settings, node) {
  const config = join(settings.state, node, "containerd.toml");
  writeFileSync(
    config,
    [
      "version = 2",
      'root = "/var/lib/containerd"',
      'state = "/run/containerd"',
      'disabled_plugins = ["io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.devmapper"]',
      "[grpc]",
      `address = "${CONTAINERD_SOCKET}"`,
      '[plugins."io.containerd.grpc.v1.cri"]',
      `sandbox_image = "${PAUSE_IMAGE}"`,
      "restrict_oom_score_adj = true",
      '[plugins."io.containerd.grpc.v1.cri".cni]',
      `bin_dir = "${isCilium(settings.variant) ? CNI_PLUGINS : "/usr/lib/cni"}"`,
      `conf_dir = "${CNI_CONFIG}"`,
      '[plugins."io.containerd.internal.v1.opt"]',
      'path = "/var/lib/containerd/opt"',
      "",
    ].join("\n"),
  );
  const argv = ["containerd", "--config", config];
  return { name: "containerd", node, argv: isCilium(settings.variant) ? bornInOwnCgroup(argv) : argv };
}

/**
 * @param {Settings} settings
 * @param {NodePlace} place
 * @returns {Program}
 */
export function kubelet({ state, pki, components, id, variant }, { name, address, address6 }) {
  const config = join(state, name, "kubelet.json");
  const configuration = {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: join(pki, "ca.crt") } },
    authorization: { mode: "Webhook" },
    tlsCertFile: join(pki, `${name}.crt`),
    tlsPrivateKeyFile: join(pki, `${name}.key`),
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    cgroupDriver: "cgroupfs",
    // The tree of kubepods, as on a machine of its own, below a cgroup that goes with the cluster.
    cgroupRoot: `/${cgroupOf(id)}/${name}`,
    cgroupsPerQOS: true,
    enforceNodeAllocatable: ["none"],
    failCgroupV1: false,
    failSwapOn: false,
    localStorageCapacityIsolation: false,
    resolvConf: RESOLV_CONF,
    clusterDomain: "cluster.local",
    ...(variant.dns === true ? { clusterDNS: [DNS_SERVICE] } : {}),
    volumePluginDir: "/var/lib/kubelet/volume-plugins",
    // The disk is the machine's: how full it is says nothing about the cluster, and images that were loaded here can be had nowhere else.
    imageGCHighThresholdPercent: 100,
    evictionHard: { "memory.available": "50Mi", "nodefs.available": "1%", "imagefs.available": "1%" },
  };
  writeFileSync(config, JSON.stringify(configuration, undefined, 2));
  const nodeIp = variant.dualStack === true ? `${address},${address6}` : address;
  return {
    name: "kubelet",
    node: name,
    argv: [
      ...[join(components, "kube"), "kubelet", `--config=${config}`, `--kubeconfig=${join(pki, `${name}.kubeconfig`)}`],
      ...[`--hostname-override=${name}`, `--node-ip=${nodeIp}`],
    ],
  };
}

/**
 * The configuration that kubeadm keeps in the ConfigMap kube-system/kube-proxy, with what this machine needs otherwise.
 * @param {import("../variants.mjs").Variant} variant
 */
export function proxyConfiguration(variant) {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: variant.proxy,
    clusterCIDR: podCidrs(variant).join(","),
    // nf_conntrack_max belongs to the machine's first network namespace.
    conntrack: { maxPerCore: 0, min: 0 },
  };
}

/**
 * @param {Settings} settings
 * @param {string} node
 * @returns {Program}
 */
export function kubeProxy({ state, pki, components, variant }, node) {
  const config = join(state, node, "kube-proxy.json");
  const clientConnection = { kubeconfig: join(pki, "kube-proxy.kubeconfig") };
  writeFileSync(config, JSON.stringify({ ...proxyConfiguration(variant), clientConnection, hostnameOverride: node }, undefined, 2));
  return { name: "kube-proxy", node, argv: [join(components, "kube"), "kube-proxy", `--config=${config}`] };
}

/**
 * What kubelet expects to find: a resolver's configuration (it names none: a cluster with a DNS has it by kubelet's own setting); and what it would set
 * for the whole machine.
 * @param {string} node
 */
export async function prepareNode(node) {
  await giveOwnSettings(node, KUBELET_SETTINGS);
  await writeInNode(node, RESOLV_CONF, "# the machine's own resolver is not for this cluster\n");
}

/** Loads an image archive into a node's containerd. @param {string} node @param {string} tar absolute path */
export async function importImage(node, tar) {
  if (!existsSync(tar)) throw new Error(`${tar} is not there, or not visible inside the cluster (its /run is its own)`);
  await run(inNode(node, ["ctr", "--address", CONTAINERD_SOCKET, "--namespace", "k8s.io", "images", "import", tar]));
}
