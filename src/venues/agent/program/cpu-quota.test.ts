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
  const quota = (throttled: number) => ({
    "cpu.max": "50000 100000\n",
    "cpu.stat": `usage_usec 9\nnr_throttled 3\nthrottled_usec ${String(throttled)}\n`,
  });

  test("of nested groups is that of the level that grew most since the last look (version 2, microseconds)", () => {
    group("", { "cpu.stat": "usage_usec 1\n" });
    group("a", quota(9_000_000));
    group("a/b", quota(1_000_000));
    group("a/b/c", { "cpu.max": "max 100000\n", "cpu.stat": "usage_usec 9\nnr_throttled 0\nthrottled_usec 0\n" });
    const seen = new CpuQuota(root, "0::/a/b/c\n");
    expect(seen.throttled()).toBe(0);
    group("a", quota(9_250_000));
    group("a/b", quota(2_500_000));
    expect(seen.throttled()).toBe(1.5);
    group("a", quota(9_750_000));
    expect(seen.throttled()).toBe(2);
  });

  test("version 1 counts nanoseconds", () => {
    const stat = (nanoseconds: number) => ({
      "cpu.cfs_quota_us": "200000\n",
      "cpu.stat": `nr_periods 4\nnr_throttled 3\nthrottled_time ${String(nanoseconds)}\n`,
    });
    group("cpu", stat(0));
    const seen = new CpuQuota(root, "1:cpu:/\n");
    group("cpu", stat(250_000_000));
    expect(seen.throttled()).toBe(0.25);
  });

  test("without a quota, or without any groups, there is none to be seen", () => {
    group("cpu", { "cpu.cfs_quota_us": "-1\n", "cpu.stat": "throttled_time 0\n" });
    expect(new CpuQuota(root, "1:cpu:/\n").throttled()).toBeUndefined();
    expect(new CpuQuota(root, "").throttled()).toBeUndefined();
  });
});
