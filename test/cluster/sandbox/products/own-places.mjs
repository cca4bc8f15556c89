/**
 * What Cilium would set for the whole machine, or attach to each process of it: a node has these to itself, and they end with it.
 */
import { join } from "node:path";
import { run } from "../../child.mjs";
import { cgroupHierarchies, cgroupOf } from "../../registry.mjs";
import { giveOwnSettings } from "../own-settings.mjs";
import { inNode } from "../processes.mjs";

/** Plugins of Debian and those that an agent installs. */
export const CNI_PLUGINS = "/run/node/cni-plugins";
/** Where the chart expects a cgroup of version 2; programs that balance Services at sockets are attached there. */
export const CGROUP = "/run/cilium/cgroupv2";

/** The agent writes them: the first cannot be taken back until the machine starts anew, the second is every process's. */
const CILIUM_SETTINGS = ["kernel/unprivileged_bpf_disabled", "kernel/timer_migration"];

const SCRIPT = `set -e
plugins=$1 cgroup=$2 from=$3
mkdir -p "$plugins" "$cgroup"
ln -s /usr/lib/cni/* "$plugins"/
mount --bind "$from" "$cgroup"
mount -t bpf bpf /sys/fs/bpf
# Pods pass mounts on to their node, which systemd allows on a machine of its own.
mount --make-rshared /`;

/**
 * @param {import("../settings.mjs").Settings} settings
 * @param {string} node
 */
export async function giveOwnPlaces({ id }, node) {
  const from = join(unified(), cgroupOf(id), node);
  await giveOwnSettings(node, CILIUM_SETTINGS);
  await run(inNode(node, ["sh", "-c", SCRIPT, "sh", CNI_PLUGINS, CGROUP, from]));
}

/** Where the hierarchy of version 2 is. */
export function unified() {
  const found = cgroupHierarchies().find(({ version }) => version === 2);
  if (found === undefined) throw new Error("Cilium attaches programs to a cgroup of version 2, and none are mounted on this machine");
  return found.path;
}

/**
 * What starts a program such that its children are in the node's cgroup of version 2. Where there are hierarchies of version 1, runc leaves the other
 * one alone; where there is nothing else, kubelet has put pods below the node's cgroup anyway.
 * @param {readonly string[]} argv
 * @returns {string[]}
 */
export function bornInOwnCgroup(argv) {
  if (!cgroupHierarchies().some(({ version }) => version === 1)) return [...argv];
  return ["sh", "-c", `echo $$ > ${CGROUP}/cgroup.procs && exec "$@"`, "sh", ...argv];
}
