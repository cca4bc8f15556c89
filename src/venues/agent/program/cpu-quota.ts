/**
 * The CPU quotas that the sandbox lives under. A container or a systemd slice may have one, on any level above it.
 * @packageDocumentation
 */
import { existsSync, openSync, readFileSync } from "node:fs";
import { readWhole } from "./counter-files.js";
import { parseThrottled } from "./proc-text.js";

const ROOT = "/sys/fs/cgroup";

/** Reads how long quotas have held back the sandbox. Files are opened once, and only those of groups that have a quota: mostly none. */
export class CpuQuota {
  readonly #levels: { readonly file: number; seconds: number }[];
  #throttled = 0;

  constructor(root = ROOT, membership = textOf("/proc/self/cgroup")) {
    this.#levels = groupFolders(root, membership)
      .filter(hasQuota)
      .map((folder) => openSync(`${folder}/cpu.stat`, "r"))
      .map((file) => ({ file, seconds: secondsIn(file) }));
  }

  /**
   * Seconds since the first look, summed over CPUs; undefined where there is no quota. Where a group and one above it have quotas, a task that both hold back waits once: between two
   * looks the level counts that grew most.
   */
  throttled(): number | undefined {
    if (this.#levels.length === 0) return undefined;
    const grown = this.#levels.map((level) => {
      const before = level.seconds;
      level.seconds = secondsIn(level.file);
      return level.seconds - before;
    });
    this.#throttled += Math.max(...grown);
    return this.#throttled;
  }
}

/**
 * Folders of the process's CPU group and of all groups above it, from the text of /proc/PID/cgroup (cgroups(7)). In a container the text may name
 * a folder that is not mounted there; the mount's own root then is the group.
 */
export function groupFolders(root: string, membership: string): readonly string[] {
  return membership.split("\n").flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (controllers === undefined || path === undefined) return [];
    if (controllers !== "" && !controllers.split(",").includes("cpu")) return [];
    const base = controllers === "" ? root : `${root}/${controllers}`;
    const parts = path.split("/").filter((part) => part !== "");
    return Array.from({ length: parts.length + 1 }, (_, depth) => [base, ...parts.slice(0, depth)].join("/"));
  });
}

/** A quota is a number in `cpu.max` (version 2) or in `cpu.cfs_quota_us` (version 1). */
function hasQuota(folder: string): boolean {
  const limit = textOf(`${folder}/cpu.max`) || textOf(`${folder}/cpu.cfs_quota_us`);
  return /^[1-9]/.test(limit) && existsSync(`${folder}/cpu.stat`);
}

const secondsIn = (file: number): number => parseThrottled(readWhole(file)) ?? 0;

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not every kernel and container shows it; without the file there is no quota to be seen.
    return "";
  }
}
