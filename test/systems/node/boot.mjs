/**
 * Boots a root file system in namespaces: systemd is the first process of a pid namespace, with mounts, /run, /dev, host name and cgroups of its own. Its
 * network is that in which this is started. Ends when the system does, and ends it when it is killed.
 *
 *     node boot.mjs ROOT DISK CGROUP
 *
 * ROOT is only read. What the system writes stays in DISK, until the next boot from there. CGROUP is one that `makeCgroups` made. Prints one line,
 * `{"pid": N}`: systemd's pid as it is seen from here.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { run } from "../../cluster/child.mjs";
import { cgroupHierarchies } from "../../cluster/registry.mjs";
import { KUBELET_SETTINGS } from "../../cluster/sandbox/own-settings.mjs";

/** Folders that overlayfs would not do for: containers have overlays of their own there. */
const DISKS = ["containerd", "kubelet", "docker"];
/** /dev/kmsg is the machine's, not the node's: kubelet and journald find it empty. */
const DEVICES = { null: "null", zero: "zero", full: "full", random: "random", urandom: "urandom", tty: "tty", kmsg: "null" };
const LINKS = { ptmx: "pts/ptmx", fd: "/proc/self/fd", stdin: "fd/0", stdout: "fd/1", stderr: "fd/2" };
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** @param {...string} argv */
const mount = (...argv) => run(["mount", ...argv]);

/** @param {string} root @param {string} disk */
async function mountRoot(root, disk) {
  for (const name of ["upper", "work", "merged", ...DISKS]) mkdirSync(join(disk, name), { recursive: true });
  const merged = join(disk, "merged");
  await mount("-t", "overlay", "-o", `lowerdir=${root},upperdir=${join(disk, "upper")},workdir=${join(disk, "work")}`, "overlay", merged);
  for (const name of DISKS) {
    mkdirSync(join(merged, "var/lib", name), { recursive: true });
    await mount("--bind", join(disk, name), join(merged, "var/lib", name));
  }
  return merged;
}

/**
 * Devices and settings of the machine are only read. Network devices are the namespace's own, and only those are there: udev and rules of udev write to them.
 * @param {string} place
 */
async function mountSysfs(place) {
  await mount("-t", "sysfs", "sysfs", place);
  const devices = join(place, "devices/virtual/net");
  await mount("--bind", devices, devices);
  await mount("-o", "remount,bind,ro", place);
}

/** @param {string} root */
async function mountSystemFolders(root) {
  await mount("--rbind", "/proc", join(root, "proc"));
  await mountSysfs(join(root, "sys"));
  await mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", join(root, "run"));
  await mount("-t", "tmpfs", "-o", "mode=1777", "tmpfs", join(root, "tmp"));
  const dev = join(root, "dev");
  await mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", dev);
  for (const [name, source] of Object.entries(DEVICES)) {
    writeFileSync(join(dev, name), "");
    await mount("--bind", join("/dev", source), join(dev, name));
  }
  for (const folder of ["pts", "shm"]) mkdirSync(join(dev, folder));
  await mount("-t", "devpts", "-o", "newinstance,ptmxmode=666", "devpts", join(dev, "pts"));
  for (const [name, target] of Object.entries(LINKS)) symlinkSync(target, join(dev, name));
}

/** Version 1's hierarchies by their controllers, or by name where they have none. @param {string} path */
function optionsOf(path) {
  return basename(path) === "systemd" ? "none,name=systemd" : basename(path);
}

/**
 * The hierarchies as they are seen from the process's own cgroups: what systemd makes lies below those.
 * @param {string} root
 * @param {readonly import("../../cluster/registry.mjs").CgroupHierarchy[]} hierarchies
 */
async function mountCgroups(root, hierarchies) {
  const base = join(root, "sys/fs/cgroup");
  const only = hierarchies.length === 1 && hierarchies[0]?.version === 2;
  if (only) {
    await mount("-t", "cgroup2", "cgroup2", base);
    return;
  }
  await mount("-t", "tmpfs", "-o", "mode=755", "tmpfs", base);
  for (const { path, version } of hierarchies) {
    const place = join(base, basename(path));
    mkdirSync(place);
    await (version === 2 ? mount("-t", "cgroup2", "cgroup2", place) : mount("-t", "cgroup", "-o", optionsOf(path), "cgroup", place));
  }
}

/** Into the cgroup in every hierarchy; a cpuset takes no process before it has CPUs. @param {string} cgroup */
function enterCgroup(cgroup) {
  for (const { path } of cgroupHierarchies()) {
    const place = join(path, cgroup);
    for (const file of ["cpuset.cpus", "cpuset.mems"].filter((name) => existsSync(join(path, name)) && existsSync(join(place, name))))
      for (const folder of [dirname(place), place]) writeFileSync(join(folder, file), readFileSync(join(path, file), "utf8"));
    writeFileSync(join(place, "cgroup.procs"), String(process.pid));
  }
}

/**
 * What is left to do in the pid namespace: a /proc of its own, in which settings of the whole kernel cannot be written. Those that kubelet insists on
 * writing are files; those of the network are the namespace's own.
 */
const FIRST = `set -e
mount --bind /proc/sys/net /proc/sys/net
mount --rbind /proc/sys /proc/sys
for setting in "$@"; do
  own=/run/own-settings/$setting
  mkdir -p "\${own%/*}"
  cat "/proc/sys/$setting" > "$own"
  mount --bind "$own" "/proc/sys/$setting"
done
mount -o remount,bind,ro /proc/sys
exec setpriv --bounding-set=-sys_module,-sys_time,-syslog --inh-caps=-sys_module,-sys_time,-syslog /lib/systemd/systemd --log-target=journal`;

/** @param {string} root @param {string} disk */
async function boot(root, disk) {
  await mount("--make-rprivate", "/");
  const hierarchies = cgroupHierarchies();
  const merged = await mountRoot(root, disk);
  await mountSystemFolders(merged);
  await mountCgroups(merged, hierarchies);
  mkdirSync(join(merged, ".old"), { recursive: true });
  process.chdir(merged);
  // It moves the root of this process too, which has read all of its own code by now.
  await run(["pivot_root", ".", ".old"]);
  process.chdir("/");
  await run(["umount", "--lazy", "/.old"], { env: { PATH } });
  const spaces = ["--pid", "--fork", "--kill-child", "--mount-proc"];
  const argv = ["--pdeathsig", "KILL", "unshare", ...spaces, "sh", "-c", FIRST, "sh", ...KUBELET_SETTINGS];
  const child = spawn("setpriv", argv, { stdio: ["ignore", "inherit", "inherit"], env: { PATH, container: "podwire", TERM: "dumb" } });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  process.stdout.write(`${JSON.stringify({ pid: await childOf(child.pid ?? 0) })}\n`);
  await ended;
}

/** @param {number} pid @returns {Promise<number>} */
async function childOf(pid) {
  const id = String(pid);
  for (;;) {
    const [first = ""] = readFileSync(`/proc/${id}/task/${id}/children`, "utf8").trim().split(" ");
    if (first !== "") return Number(first);
    await pause(5);
  }
}

/** In its cgroups, then in namespaces that begin there. @param {readonly string[]} argv */
async function enterNamespaces(argv) {
  const [, , cgroup = ""] = argv;
  enterCgroup(cgroup);
  const spaces = ["--mount", "--uts", "--ipc", "--cgroup"];
  const own = [process.execPath, fileURLToPath(import.meta.url), ...argv, "inside"];
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "unshare", ...spaces, ...own], { stdio: "inherit" });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve) => {
    child.once("exit", (code) => {
      resolve(code ?? 1);
    });
  });
  process.exitCode = await ended;
}

const [root = "", disk = "", cgroup = "", stage] = process.argv.slice(2);
await (stage === "inside" ? boot(root, disk) : enterNamespaces([root, disk, cgroup]));
