/**
 * Settings of the whole kernel that a node's programs write. A node has files of its own in their place, so that nothing is set on the machine.
 */
import { run } from "../child.mjs";
import { inNode } from "./processes.mjs";

/** Paths below /proc/sys that kubelet sets (setupKernelTunables in its container_manager_linux.go). */
export const KUBELET_SETTINGS = [
  ...["vm/overcommit_memory", "vm/panic_on_oom", "kernel/panic", "kernel/panic_on_oops"],
  ...["kernel/keys/root_maxkeys", "kernel/keys/root_maxbytes"],
];

const SCRIPT = `set -e
for setting in "$@"; do
  own=/run/node/sys/$setting
  mkdir -p "\${own%/*}"
  cat "/proc/sys/$setting" > "$own"
  mount --bind "$own" "/proc/sys/$setting"
done`;

/**
 * @param {string} node
 * @param {readonly string[]} settings paths below /proc/sys
 */
export async function giveOwnSettings(node, settings) {
  await run(inNode(node, ["sh", "-c", SCRIPT, "sh", ...settings]));
}
