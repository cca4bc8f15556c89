import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readWhole } from "./counter-files.js";
import { parseCpuTimes } from "./proc-text.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "podwire-counters-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** What one call reads at most. */
const READ = 65_536;

describe("/proc/stat of a machine with 128 CPUs", () => {
  // Two that are offline have no line; CPU 1 is busy for 0.01 s, CPU 2 for 0.02 s and so on.
  const online = Array.from({ length: 128 }, (_, cpu) => cpu).filter((cpu) => cpu !== 0 && cpu !== 64);
  const busy = online.reduce((sum, cpu) => sum + cpu, 0);
  const line = (name: string, user: number): string => `${name} ${String(user)} 0 0 1000 0 0 0 0 0 0`;
  const cpus = [line("cpu ", busy), ...online.map((cpu) => line(`cpu${String(cpu)}`, cpu))];
  // One number for each interrupt (proc(5)).
  const interrupts = `intr 7${" 1234567".repeat(20_000)}`;
  const softirqs = "softirq 10 1 1 1 1 1 1 1 1 1 1";

  /** The text as the agent reads it. */
  function seen(text: string): string {
    const path = join(folder, "stat");
    writeFileSync(path, text);
    const file = openSync(path, "r");
    try {
      return readWhole(file);
    } finally {
      closeSync(file);
    }
  }

  const expected = {
    busy: busy / 100,
    softirq: 0,
    steal: 0,
    idle: 10,
    perCpu: Object.fromEntries(online.map((cpu) => [`cpu${String(cpu)}`, cpu / 100])),
  };

  test("is read to its end through interrupts of more than one read, each CPU by its own number", () => {
    const text = [...cpus, interrupts, "ctxt 99", softirqs, ""].join("\n");
    expect(interrupts.length).toBeGreaterThan(2 * READ);
    expect(seen(text)).toBe(text);
    expect(parseCpuTimes(seen(text))).toEqual(expected);
  });

  test("is read whole wherever a read ends, within a CPU's line too", () => {
    // What stands before the lines of CPUs moves them over the end of the first read.
    const padding = `intr ${"0 ".repeat((READ - cpus.join("\n").length / 2) / 2)}`;
    const text = [padding, ...cpus, softirqs, ""].join("\n");
    expect(parseCpuTimes(seen(text))).toEqual(expected);
  });
});
