/**
 * Linux 6.18 stands still for seconds, all of it, while busy ping-pong clients (sockperf) run in a child of version 1's cpu controller, whatever the
 * shares and without Kubernetes too; in its root they disturb no one. Agents then miss their heartbeats and end themselves. So what containers run is
 * moved into that controller's root as it appears: the cgroups stay, as kubelet wants them, and are empty.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cgroupOf } from "../registry.mjs";

const ROOT = "/sys/fs/cgroup/cpu";
const EVERY_MS = 200;

/** Keeps a cluster's child cpu cgroups empty for as long as this process lives. @param {string} id */
export function keepCpuCgroupsEmpty(id) {
  setInterval(() => {
    for (const pid of processesIn(join(ROOT, cgroupOf(id)))) move(pid);
  }, EVERY_MS).unref();
}

/** @param {string} folder @returns {string[]} none where there is no such cgroup, or no version 1 */
function processesIn(folder) {
  try {
    const own = readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
    const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    return [...own, ...below.flatMap(({ name }) => processesIn(join(folder, name)))];
  } catch {
    return [];
  }
}

/** @param {string} pid */
function move(pid) {
  try {
    writeFileSync(join(ROOT, "cgroup.procs"), pid);
  } catch {
    // It has ended in the meantime.
  }
}
