import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CpuQuota, groupFolders } from "./cpu-quota.js";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "podwire-cgroup-"));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function group(path: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(join(root, path), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, path, name), text);
}

describe("groups above a process", () => {
  test("in version 2 all levels, in version 1 those of the cpu controller", () => {
    expect(groupFolders("/c", "0::/a/b\n")).toEqual(["/c", "/c/a", "/c/a/b"]);
    expect(groupFolders("/c", "4:memory:/x\n1:cpu,cpuacct:/y\n")).toEqual(["/c/cpu,cpuacct", "/c/cpu,cpuacct/y"]);
  });
});

describe("throttling", () => {
  test("is summed over the levels that have a quota (version 2, microseconds)", () => {
    group("", { "cpu.stat": "usage_usec 1\n" });
    group("a", { "cpu.max": "50000 100000\n", "cpu.stat": "usage_usec 9\nnr_throttled 3\nthrottled_usec 1500000\n" });
    group("a/b", { "cpu.max": "max 100000\n", "cpu.stat": "usage_usec 9\nnr_throttled 0\nthrottled_usec 0\n" });
    expect(new CpuQuota(root, "0::/a/b\n").throttled()).toBe(1.5);
  });

  test("version 1 counts nanoseconds", () => {
    group("cpu", { "cpu.cfs_quota_us": "200000\n", "cpu.stat": "nr_periods 4\nnr_throttled 3\nthrottled_time 250000000\n" });
    expect(new CpuQuota(root, "1:cpu:/\n").throttled()).toBe(0.25);
  });

  test("without a quota, or without any groups, there is none to be seen", () => {
    group("cpu", { "cpu.cfs_quota_us": "-1\n", "cpu.stat": "throttled_time 0\n" });
    expect(new CpuQuota(root, "1:cpu:/\n").throttled()).toBeUndefined();
    expect(new CpuQuota(root, "").throttled()).toBeUndefined();
  });
});
