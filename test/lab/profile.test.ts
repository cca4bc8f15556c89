/** Profiles of real loads by the real perf: as root it sees layers, without the right to or without perf it says what to do. */
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { layerCosts } from "../../src/explain/profile/layer-costs.js";
import { ownCosts } from "../../src/explain/profile/own-cost.js";
import { realArchives } from "../../src/machine/archives.js";
import { realCommands } from "../../src/machine/commands.js";
import { Servers } from "../../src/measure/observing/servers.js";
import { type Profile, profileSchema } from "../../src/model/profile.js";
import type { PathPlan } from "../../src/model/run.js";
import type { LabScenario } from "../../src/model/scenario.js";
import { flannelVxlan } from "../../src/modes/flannel-vxlan.js";
import { host } from "../../src/modes/host.js";
import { startPerf } from "../../src/use-cases/lab/profile/perf.js";
import { profilePaths } from "../../src/use-cases/lab/profile/profile.js";
import { writeProfileFiles } from "../../src/use-cases/lab/profile/profile-files.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { copyBuilt, isRoot, machineOf } from "./built-lab.js";

const built = copyBuilt();
const folder = mkdtempSync(join(tmpdir(), "podwire-profile-test-"));
afterAll(() => {
  built.remove();
  rmSync(folder, { recursive: true, force: true });
});

const HOST = { mode: "host", path: "host-host" } as const;
const PODS = { mode: "flannel-vxlan", path: "pod-pod" } as const;
const PLAN: PathPlan = {
  paths: [HOST, PODS].map((path) => ({ ...path, status: "built" })),
  comparisons: [{ numerator: PODS, denominator: HOST, baseline: "host", label: PODS.mode, decides: true }],
};
const SCENARIO: LabScenario = {
  venue: "lab",
  modes: ["host", "flannel-vxlan"],
  workloads: ["http"],
  metrics: ["http"],
  budgetSeconds: 60,
  margin: { capped: 0.02, open: 0.05 },
  quick: false,
  needs: [],
  seed: 1,
  linkBitsPerSecond: null,
  mtu: 1500,
  nodes: 2,
  configuredBaseline: false,
};

const processes = (): readonly string[] =>
  readdirSync("/proc").flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\u0000", " ")] : [];
    } catch {
      return [];
    }
  });

const PERF = await realCommands(process.env["PATH"]).locate("perf");
const untried = !isRoot ? "the tests do not run as root" : PERF === undefined ? "perf is not installed" : undefined;

describe.skipIf(untried !== undefined)(`two profiled paths ${untried ?? ""}`, () => {
  const machine = machineOf("root", built);
  const context = { archives: realArchives, temporaryFolder: folder, interrupted: new AbortController().signal, machine };
  let session: LabSession;
  let servers: Servers;
  let profile: Profile;

  beforeAll(async () => {
    session = await openLab(machine, { modes: [host, flannelVxlan], links: ["open"], mtu: 1500, nodes: 2 });
    servers = new Servers(session, machine.clock);
    const request = { session, servers, scenario: SCENARIO, workload: "http", plan: PLAN, subjects: [PODS], seconds: 15 } as const;
    const made = await profilePaths(request, context, machine);
    if ("unprofiled" in made) throw new Error(made.unprofiled);
    profile = profileSchema.parse(made);
  });
  afterAll(async () => session.close());

  test("half of the rounds are profiled, each with both paths", () => {
    const rounds = (profiled: boolean) => new Set(profile.looks.filter((look) => look.profiled === profiled).map(({ round }) => round));
    expect(rounds(true).size).toBeGreaterThanOrEqual(2);
    expect(rounds(false).size).toBeGreaterThanOrEqual(2);
    for (const look of profile.looks) {
      expect(look.packets).toBeGreaterThan(look.work * 1000);
      expect(look.samples > 0).toBe(look.profiled);
    }
  });

  test("samples stand for the time of the CPUs", () => {
    const profiled = profile.looks.filter((look) => look.profiled);
    const seconds = profiled.reduce((sum, look) => sum + look.seconds, 0);
    const seen = profiled.flatMap(({ layers }) => Object.values(layers)).reduce((sum, { self }) => sum + self / 1e9, 0);
    const cpus = readdirSync("/sys/devices/system/cpu").filter((name) => /^cpu\d+$/.test(name)).length;
    expect(seen).toBeGreaterThan(0.5 * cpus * seconds);
    expect(seen).toBeLessThan(1.1 * cpus * seconds);
  });

  test("the layers of the pod's way are seen with pods, and not on the host", () => {
    const { layers = [], total } = layerCosts(profile, { host: HOST, variant: PODS, seed: 1 }) ?? {};
    const named = new Map(layers.map((cost) => [cost.layer, cost]));
    for (const layer of ["bridge", "encapsulation", "conntrack"]) {
      expect(named.get(layer)?.variant.value, layer).toBeGreaterThan(0);
      expect(named.get(layer)?.host.value, layer).toBe(0);
    }
    expect(named.get("program")?.host.value).toBeGreaterThan(0);
    expect(total?.difference.value).toBeGreaterThan(0);
    expect((named.get("unresolved")?.variant.value ?? 0) / (total?.variant.value ?? 1)).toBeLessThan(0.05);
  });

  test("where something was measured before, its servers serve on", async () => {
    const request = { session, servers, scenario: SCENARIO, workload: "tcp-open", plan: PLAN, subjects: [PODS], seconds: 4 } as const;
    await profilePaths(request, context, machine);
    expect(await profilePaths(request, context, machine)).toMatchObject({ workload: "tcp-open", hertz: 997 });
  });

  test("what profiling costs is known of both", () => {
    expect(
      ownCosts(profile)
        .map(({ mode }) => mode)
        .sort(),
    ).toEqual(["flannel-vxlan", "host"]);
  });

  test("stacks are files for speedscope and pprof", async () => {
    const written = await writeProfileFiles(profile, join(folder, "run.json"), context);
    expect(written.map(([what]) => what)).toEqual(["speedscope", "pprof", "pprof"]);
    for (const [what, path] of written) {
      const bytes = readFileSync(path);
      if (what === "pprof") expect(gunzipSync(bytes).toString("latin1")).toContain("tcp_v4_rcv");
      else expect(bytes.toString()).toContain("vxlan_xmit");
      rmSync(path);
    }
  });

  test("neither perf nor its files stay", () => {
    expect(processes().filter((line) => line.includes(folder))).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("a client that waits has no profile", async () => {
    const request = { session, servers, scenario: SCENARIO, workload: "latency.tcp", plan: PLAN, subjects: [PODS], seconds: 5 } as const;
    expect(await profilePaths(request, context, machine)).toEqual({
      workload: "latency.tcp",
      unprofiled: expect.stringContaining("no CPU profile of latency.tcp: its client waits") as string,
    });
  });
});

/** Starts perf as podwire does and stays. */
const STAYING = `
  const [{ startPerf }, { realCommands }, { realProcesses }, { realFiles }, { realClock }] = await Promise.all(
    ["use-cases/lab/profile/perf", "machine/commands", "machine/processes", "machine/files", "machine/clock"].map((name) =>
      import(process.argv[1] + "/dist/" + name + ".js"),
    ),
  );
  const path = process.env.PATH;
  const machine = { commands: realCommands(path), processes: realProcesses(path), files: realFiles, clock: realClock };
  const perf = await startPerf(machine, process.argv[2]);
  if ("refused" in perf) throw new Error(perf.refused);
  process.stdout.write("ready");
  setInterval(() => undefined, 1_000);
`;

test.skipIf(untried !== undefined)(`perf dies with a podwire that is killed ${untried ?? ""}`, async () => {
  const own = mkdtempSync(join(folder, "killed-"));
  const podwire = spawn(process.execPath, ["--input-type=module", "--eval", STAYING, built.folder, own], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((settle) => podwire.stdout.once("data", settle));
  const recording = (): readonly string[] => processes().filter((line) => line.startsWith("perf record") && line.includes(own));
  expect(recording()).toHaveLength(1);
  podwire.kill("SIGKILL");
  await vi.waitFor(
    () => {
      expect(recording()).toEqual([]);
    },
    { timeout: 10_000 },
  );
  rmSync(own, { recursive: true });
});

const RESTRICTED = Number(readFileSync("/proc/sys/kernel/perf_event_paranoid", "utf8")) > 0;
const allowed = PERF === undefined ? "perf is not installed" : RESTRICTED ? undefined : "the kernel lets everyone profile";

test.skipIf(allowed !== undefined)(`an ordinary user is told in one sentence what to set ${allowed ?? ""}`, async () => {
  const open = mkdtempSync(join(folder, "user-"));
  chmodSync(folder, 0o755);
  chmodSync(open, 0o777);
  const perf = await startPerf(machineOf("ordinary user", built), open);
  expect(perf).toEqual({
    refused: expect.stringMatching(
      /^the kernel lets only root .*perf_event_paranoid is \d\); run podwire as root, or `sudo sysctl kernel\.perf_event_paranoid=-1 kernel\.kptr_restrict=0`$/,
    ) as string,
  });
  rmSync(open, { recursive: true });
});

test("without perf it is said how to get it", async () => {
  const machine = { ...machineOf("ordinary user", built), commands: realCommands("/nonexistent") };
  expect(await startPerf(machine, folder)).toEqual({ refused: "perf is not installed; run `sudo apt-get install linux-perf`" });
});
