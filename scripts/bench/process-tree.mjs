/**
 * Memory of a process and of all that descends from it, seen from outside by looking at /proc now and then.
 */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** One look at all processes costs about a millisecond, so this takes half a percent of one CPU. */
const LOOK_EVERY_MS = 200;

/** @typedef {{ treeBytes: number, processes: number, ownBytes: number, looks: number }} MemoryPeaks */

/**
 * Watches until it is told to stop.
 * @param {number} root process id
 * @returns {() => MemoryPeaks} stops watching. The tree's peak is the largest sum of resident sets that a look met: pages that processes
 *   share count once for each, so it is an upper bound. The root's own peak is the kernel's (VmHWM), as of the last look.
 */
export function watchMemory(root) {
  const pageBytes = Number(execFileSync("getconf", ["PAGESIZE"], { encoding: "utf8" }));
  /** @type {MemoryPeaks} */
  const peaks = { treeBytes: 0, processes: 0, ownBytes: 0, looks: 0 };
  const look = () => {
    const family = descendants(root, allProcesses());
    const bytes = family.reduce((sum, entry) => sum + entry.pages, 0) * pageBytes;
    peaks.looks += 1;
    if (bytes > peaks.treeBytes) Object.assign(peaks, { treeBytes: bytes, processes: family.length });
    peaks.ownBytes = Math.max(peaks.ownBytes, highWaterMark(root));
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return () => {
    clearInterval(timer);
    return peaks;
  };
}

/** @typedef {{ pid: number, parent: number, pages: number }} ProcessEntry */

/** @returns {ProcessEntry[]} */
function allProcesses() {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const stat = textOf(`/proc/${name}/stat`);
      // proc_pid_stat(5): the second field is a name in brackets that may hold anything; field 4 is the parent, field 24 the resident set.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return stat === "" ? [] : [{ pid: Number(name), parent: Number(fields[1]), pages: Number(fields[21]) }];
    });
}

/** @param {number} root @param {readonly ProcessEntry[]} processes @returns {ProcessEntry[]} */
function descendants(root, processes) {
  const children = processes.filter((entry) => entry.parent === root).flatMap((entry) => descendants(entry.pid, processes));
  return [...processes.filter((entry) => entry.pid === root), ...children];
}

/** @param {number} pid @returns {number} bytes; 0 when the process is gone */
function highWaterMark(pid) {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(textOf(`/proc/${String(pid)}/status`))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** @param {string} path @returns {string} empty when the process has ended in the meantime */
function textOf(path) {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
