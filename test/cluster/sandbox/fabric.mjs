/**
 * The machines: a bridge as the switch and router between nodes, and for each node a network, mount and host name of its own. In its mounts a
 * node has /run, /var/lib, /var/log and /sys to itself, so that programs use their usual paths and write nowhere else.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { run } from "../child.mjs";
import { FABRIC, MACVLAN_GATEWAY, nodePlaces } from "../variants.mjs";
import { inNode } from "./processes.mjs";

/** @typedef {import("../variants.mjs").Variant} Variant */

/** The bucket holds 10 ms of its rate. */
const BURST_SECONDS = 0.01;

/**
 * @param {Variant} variant
 * @param {string} state
 */
export async function buildMachines(variant, state) {
  mkdirSync("/run/netns", { recursive: true });
  mkdirSync("/run/ns", { recursive: true });
  await ipBatch(fabricLines(variant));
  await sysctl(undefined, fabricSysctls(variant));
  for (const node of nodePlaces(variant)) await buildNode(node.name, state);
  if (variant.linkRate !== undefined) await limitLinks(variant, variant.linkRate);
}

/**
 * Every node's link is called eth0; its other end in the fabric has the node's name.
 * @param {Variant} variant
 */
function fabricLines(variant) {
  const dual = variant.dualStack === true;
  const { bridge, address, prefix, address6, prefix6 } = FABRIC;
  return [
    "link set lo up",
    `link add ${bridge} type bridge`,
    `address add ${address}/${String(prefix)} dev ${bridge}`,
    ...(dual ? [`address add ${address6}/${String(prefix6)} dev ${bridge} nodad`] : []),
    ...(variant.network === "macvlan" ? macvlanGateway(dual) : []),
    `link set ${bridge} up`,
    ...nodePlaces(variant).flatMap((node) => [
      `netns add ${node.name}`,
      `link add ${node.name} type veth peer name eth0 netns ${node.name}`,
      `link set ${node.name} master ${bridge} up`,
    ]),
  ];
}

/** @param {boolean} dual */
function macvlanGateway(dual) {
  const { address, prefix, address6, prefix6 } = MACVLAN_GATEWAY;
  return [
    `address add ${address}/${String(prefix)} dev ${FABRIC.bridge}`,
    ...(dual ? [`address add ${address6}/${String(prefix6)} dev ${FABRIC.bridge} nodad`] : []),
  ];
}

/** @param {Variant} variant */
function fabricSysctls(variant) {
  return [
    "net.ipv4.ip_forward=1",
    // The fabric forwards out of the link that a packet came in by; a redirect would teach nodes to go round it.
    "net.ipv4.conf.all.send_redirects=0",
    `net.ipv4.conf.${FABRIC.bridge}.send_redirects=0`,
    // What the switch passes on is no business of its own filters.
    ...["net.bridge.bridge-nf-call-iptables=0", "net.bridge.bridge-nf-call-ip6tables=0"].filter(isKnown),
    ...(variant.dualStack === true ? ["net.ipv6.conf.all.forwarding=1"] : []),
  ];
}

/**
 * @param {string} node
 * @param {string} state
 */
async function buildNode(node, state) {
  await holdNamespaces(node);
  const disk = join(state, node);
  for (const folder of ["containerd", "kubelet"]) mkdirSync(join(disk, folder), { recursive: true });
  for (const argv of nodeMounts(disk)) await run(inNode(node, argv));
}

/**
 * /run/ns/NODE/{net,mnt,uts}, held by a process that does nothing else. (A mount namespace bound to a file would need no process, but on Linux
 * 6.18 the bind fails now and then: the kernel takes the one that was made later on another CPU for the older one.)
 * @param {string} node
 * @returns {Promise<void>}
 */
function holdNamespaces(node) {
  const argv = [`--net=/run/netns/${node}`, "--", "unshare", "--mount", "--uts", "--propagation=private"];
  const script = 'hostname "$1" && echo held && exec sleep infinity';
  const child = spawn("nsenter", [...argv, "sh", "-c", script, "sh", node], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      reject(new Error(`the namespaces of ${node} could not be made: unshare ended with ${String(code)}`));
    });
    child.stdout.once("data", () => {
      // Relative, so that it leads to the same place from outside, below /proc/PID/root.
      symlinkSync(`../../proc/${String(child.pid)}/ns`, `/run/ns/${node}`);
      resolve();
    });
  });
}

/**
 * @param {string} disk the node's folder on a disk
 * @returns {string[][]}
 */
function nodeMounts(disk) {
  return [
    ["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"],
    ["mkdir", "-p", "/run/lock", "/run/netns", "/run/node", "/run/cgroup"],
    // A /sys that shows the node's own links, with the cgroups where they were.
    ["mount", "--rbind", "/sys/fs/cgroup", "/run/cgroup"],
    ["umount", "--recursive", "--lazy", "/sys"],
    ["mount", "-t", "sysfs", "sysfs", "/sys"],
    ["mount", "--rbind", "/run/cgroup", "/sys/fs/cgroup"],
    ["umount", "--recursive", "--lazy", "/run/cgroup"],
    ["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/var/log"],
    ["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/var/lib"],
    ["mkdir", "/var/lib/containerd", "/var/lib/kubelet"],
    ["mount", "--bind", join(disk, "containerd"), "/var/lib/containerd"],
    ["mount", "--bind", join(disk, "kubelet"), "/var/lib/kubelet"],
  ];
}

/** What kubeadm asks of a host; those of bridges only where the kernel has br_netfilter. */
const NODE_SYSCTLS = ["net.ipv4.ip_forward=1", "net.bridge.bridge-nf-call-iptables=1", "net.bridge.bridge-nf-call-ip6tables=1"];

/** @param {string} setting */
function isKnown(setting) {
  return existsSync(`/proc/sys/${(setting.split("=")[0] ?? "").replaceAll(".", "/")}`);
}

/**
 * Addresses and sysctls of the nodes.
 * @param {Variant} variant
 */
export async function configureNodes(variant) {
  const dual = variant.dualStack === true;
  for (const node of nodePlaces(variant)) {
    await ipBatch(
      [
        "link set lo up",
        "link set eth0 up",
        `address add ${node.address}/${String(FABRIC.prefix)} dev eth0`,
        `route add default via ${FABRIC.address}`,
        ...(dual
          ? [`address add ${node.address6}/${String(FABRIC.prefix6)} dev eth0 nodad`, `route add default via ${FABRIC.address6}`]
          : []),
      ],
      node.name,
    );
    await sysctl(node.name, [...NODE_SYSCTLS.filter(isKnown), ...(dual ? ["net.ipv6.conf.all.forwarding=1"] : [])]);
  }
}

/**
 * @param {Variant} variant
 * @param {number} rate bit/s
 */
async function limitLinks(variant, rate) {
  const burst = Math.round((rate * BURST_SECONDS) / 8);
  const bucket = ["root", "tbf", "rate", `${String(rate)}bit`, "burst", `${String(burst)}b`, "latency", "50ms"];
  for (const { name } of nodePlaces(variant)) {
    await run(["tc", "qdisc", "add", "dev", name, ...bucket]);
    await run(["tc", "-netns", name, "qdisc", "add", "dev", "eth0", ...bucket]);
  }
}

/**
 * @param {readonly string[]} lines
 * @param {string} [node]
 */
export async function ipBatch(lines, node) {
  await run(["ip", ...(node === undefined ? [] : ["-netns", node]), "-batch", "-"], { input: `${lines.join("\n")}\n` });
}

/**
 * @param {string | undefined} node
 * @param {readonly string[]} settings `name=value`
 */
async function sysctl(node, settings) {
  await run(inNode(node, ["sysctl", "-q", "-w", ...settings]));
}

/**
 * What a program says in a node.
 * @param {string} node
 * @param {readonly string[]} argv
 */
export function inNodeText(node, argv) {
  return run(inNode(node, argv));
}
