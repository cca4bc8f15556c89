/**
 * A Debian 12 root file system as an image for workers has it: systemd, cloud-init, containerd, CNI plugins, docker. It is made once, and only read.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../cluster/cache.mjs";
import { run } from "../../cluster/child.mjs";
import { withBuildLock } from "../../cluster/lock.mjs";

const SUITE = "bookworm";
const PACKAGES = [
  ...["systemd", "systemd-sysv", "systemd-resolved", "dbus", "udev", "kmod", "procps", "mount", "util-linux"],
  ...["cloud-init", "containerd", "runc", "containernetworking-plugins", "docker.io"],
  // What kubelets and kube-proxies execute.
  ...["iproute2", "iptables", "nftables", "bridge-utils", "conntrack", "ethtool", "socat", "ca-certificates"],
];
/** A mirror that keeps old states has lists that have run out. */
const APT_OPTIONS = ['Acquire::Check-Valid-Until "false"', 'Acquire::Check-Date "false"'];
/** Commands of a shell with the root as their argument. */
const AT_THE_END = [
  // docker drops what is forwarded: an image has it enabled where its workers use it.
  'systemctl --root="$1" disable docker.service docker.socket',
  // cloud-init would have another one made, and the packages for that are not here.
  'echo LANG=C.UTF-8 > "$1/etc/default/locale"',
];

/**
 * The root's folder: a minute and a half the first time on a machine, most of it the mirror's. Throws with mmdebstrap's words.
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function ensureNodeRoot(say) {
  const key = createHash("sha256")
    .update(JSON.stringify([SUITE, PACKAGES, AT_THE_END]))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cacheFolder(), `node-root-${key}`);
  if (existsSync(folder)) return folder;
  await withBuildLock(join(cacheFolder(), "node-root.lock"), say, async () => {
    if (!existsSync(folder)) await make(folder, say);
  });
  return folder;
}

/** @param {string} folder @param {(line: string) => void} say */
async function make(folder, say) {
  say(`making the root file system of nodes (${SUITE})`);
  const work = mkdtempSync(`${folder}.part-`);
  try {
    const root = join(work, "root");
    const options = APT_OPTIONS.map((option) => `--aptopt=${option}`);
    const contents = [`--include=${PACKAGES.join(",")}`, ...AT_THE_END.map((command) => `--customize-hook=${command}`)];
    await run(["mmdebstrap", "--variant=minbase", "--format=directory", ...options, ...contents, SUITE, root]);
    renameSync(root, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
