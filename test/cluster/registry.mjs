/**
 * Who owns which cluster, and the removal of what dead owners left: cgroups and the state folder. Everything else a cluster consists of
 * (processes, mounts, links, namespaces) ended with its sandbox.
 */
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { clustersFolder } from "./cache.mjs";

/**
 * A process, told apart from a later one with the same pid. A pid means something only in its pid namespace and until the next boot.
 * @typedef {{ readonly pid: number, readonly started: string, readonly boot: string, readonly space: string }} ProcessMark
 */

/** @param {number} pid @returns {ProcessMark | undefined} undefined if it runs no more */
export function markOf(pid) {
  try {
    // Field 3 is the state, field 22 the start in ticks since boot; the name in field 2 may hold anything, brackets included.
    const fields = readFileSync(`/proc/${String(pid)}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    if (fields[0] === "Z" || fields[0] === "X") return undefined;
    return { pid, started: fields[19] ?? "", boot: bootId(), space: readlinkSync("/proc/self/ns/pid") };
  } catch {
    return undefined;
  }
}

/** @returns {ProcessMark} */
export function thisProcess() {
  const mark = markOf(process.pid);
  if (mark === undefined)
    throw new Error(`/proc/${String(process.pid)}/stat cannot be read, and without it the owner of a cluster cannot be told.`);
  return mark;
}

/**
 * Whether a process still runs, as far as is known: one of another pid namespace counts as running until the next boot.
 * @param {ProcessMark} mark
 */
export function isRunning(mark) {
  if (mark.boot !== bootId()) return false;
  if (mark.space !== readlinkSync("/proc/self/ns/pid")) return true;
  return markOf(mark.pid)?.started === mark.started;
}

function bootId() {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
}

/** The name of a cluster's cgroup, in every hierarchy. @param {string} id */
export function cgroupOf(id) {
  return `podwire-cluster-${id}`;
}

/** The same for machines beside its nodes, whose processes keep to their cgroups (cpu-cgroup.mjs moves those of nodes). @param {string} id */
export function machinesCgroupOf(id) {
  return `${cgroupOf(id)}-machines`;
}

/** Ids of clusters whose owner is gone. A folder without a readable note belongs to one that is just being made. */
function deadClusters() {
  return readdirSync(clustersFolder()).filter((id) => {
    try {
      /** @type {unknown} */
      const owner = JSON.parse(readFileSync(join(clustersFolder(), id, "owner.json"), "utf8"));
      return !isRunning(/** @type {ProcessMark} */ (owner));
    } catch {
      return false;
    }
  });
}

/**
 * Removes what dead owners left.
 * @returns {Promise<string[]>} ids of the clusters that were removed
 */
export async function removeResidue() {
  const dead = deadClusters();
  for (const id of dead) await removeCluster(id);
  return dead;
}

/**
 * Removes a cluster's cgroups and folder; its processes must be gone.
 * @param {string} id
 */
export async function removeCluster(id) {
  await removeCgroups(cgroupOf(id));
  await removeCgroups(machinesCgroupOf(id));
  rmSync(join(clustersFolder(), id), { recursive: true, force: true });
}

/**
 * Removes a cgroup without processes, and those in it, from every hierarchy.
 * @param {string} name
 */
export async function removeCgroups(name) {
  for (const { path } of cgroupHierarchies()) await removeCgroup(join(path, name));
}

/**
 * Makes a cgroup in every hierarchy: kubelet wants its root to be there.
 * @param {string} name path below the hierarchies' roots
 */
export function makeCgroups(name) {
  for (const { path, version } of cgroupHierarchies()) {
    const parts = name.split("/");
    parts.forEach((_, depth) => {
      if (version === 2) handDown(join(path, ...parts.slice(0, depth)));
      mkdirSync(join(path, ...parts.slice(0, depth + 1)), { recursive: true });
    });
  }
}

/** Version 2 gives a cgroup only the controllers that its parent hands down. @param {string} parent */
function handDown(parent) {
  const [given = ""] = readFileSync(join(parent, "cgroup.controllers"), "utf8").split("\n");
  const wanted = given.split(" ").filter((name) => ["cpu", "cpuset", "memory", "pids"].includes(name));
  if (wanted.length > 0) writeFileSync(join(parent, "cgroup.subtree_control"), wanted.map((name) => `+${name}`).join(" "));
}

/** @typedef {{ path: string, version: 1 | 2 }} CgroupHierarchy */

/** Where all cgroup hierarchies are mounted. @returns {CgroupHierarchy[]} */
export function cgroupHierarchies() {
  const lines = readFileSync("/proc/self/mountinfo", "utf8").trim().split("\n");
  return lines.flatMap((line) => hierarchyOf(line) ?? []);
}

/** @param {string} line of mountinfo, proc(5) @returns {CgroupHierarchy | undefined} */
function hierarchyOf(line) {
  const [before = "", after = ""] = line.split(" - ");
  const path = before.split(" ")[4] ?? "";
  const [type] = after.split(" ");
  if (type === "cgroup") return { path, version: 1 };
  if (type === "cgroup2") return { path, version: 2 };
  return undefined;
}

const PATIENCE = 100;
const POLL_MS = 50;

/** @param {string} path */
async function removeCgroup(path) {
  for (const name of subfolders(path)) await removeCgroup(join(path, name));
  for (let attempt = 1; ; attempt += 1) {
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "ENOENT") return;
      // The kernel lets go of a killed process's cgroup a moment after the process is gone.
      if (code !== "EBUSY" || attempt === PATIENCE) throw error;
      await pause(POLL_MS);
    }
  }
}

/** @param {string} path */
function subfolders(path) {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
