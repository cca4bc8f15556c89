/** Every probe once on real paths of the lab: as this user, and confined to a user namespace as an ordinary one is. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { realCommands } from "../../src/machine/commands.js";
import { realFiles } from "../../src/machine/files.js";
import { realProcesses } from "../../src/machine/processes.js";
import { standing } from "../../src/machine/standing.js";
import { parseListening } from "../../src/measure/observing/servers.js";
import { workload as factsOf, type LinkKind, metricsOf, WORKLOADS, type WorkloadName } from "../../src/model/metric.js";
import { flannelVxlan } from "../../src/modes/flannel-vxlan.js";
import { host } from "../../src/modes/host.js";
import type { Probe, ResidentProbe, TrialProbe } from "../../src/probes/contract.js";
import { probeFor } from "../../src/probes/index.js";
import { amountOf, initialSizing, resize } from "../../src/probes/sizing.js";
import { bitsPerSecond, milliseconds } from "../../src/units/quantity.js";
import type { EndpointCommand, Path, ProcessOutcome } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { sampleIn } from "../synthetic/probe-result.js";

const RATE = 1e9;
const MODES = [host, flannelVxlan];
const IS_ROOT = process.getuid?.() === 0;
const sizing = initialSizing(RATE);

const machine = (root: boolean) => ({
  commands: realCommands(process.env["PATH"]),
  processes: realProcesses(process.env["PATH"]),
  files: realFiles,
  clock: realClock,
  root,
  chrooted: standing().chrooted,
  node: process.execPath,
  agent: fileURLToPath(new URL("../../dist/venues/agent/program/sandbox.js", import.meta.url)),
});

/** The path that a mode is measured on. */
function pathOf(session: LabSession, mode: string, workload: WorkloadName): Path {
  const name = mode === "host" ? "host-host" : "pod-pod";
  const path = session.paths.find((one) => one.mode === mode && one.name === name && one.link === factsOf(workload).link);
  if (path === undefined) throw new Error(`${mode} has no path for ${workload}: ${JSON.stringify(session.failures)}`);
  return path;
}

const outcomeOf = async (session: LabSession, path: Path, command: EndpointCommand): Promise<ProcessOutcome> =>
  (await session.spawn(path.from, command)).finished;

/** Starts the probe's servers on a path where they do not listen yet, and waits for them. */
async function serve(session: LabSession, path: Path, probe: Probe): Promise<void> {
  const listening = async (): Promise<ReadonlySet<string>> => {
    const argv = ["ss", "--no-header", "--listening", "--tcp", "--udp", "--numeric"] as const;
    const listed = await session.spawn(path.to, { argv: [...argv], reason: "see which servers listen", timeout: milliseconds(5_000) });
    return parseListening((await listed.finished).stdout);
  };
  for (const { command, readyPort } of probe.servers(path)) {
    const socket = `${readyPort.protocol} ${String(readyPort.port)}`;
    if ((await listening()).has(socket)) continue;
    await session.spawn(path.to, command);
    await vi.waitFor(
      async () => {
        expect(await listening()).toContain(socket);
      },
      { timeout: 10_000 },
    );
  }
}

async function burstsOf(session: LabSession, probe: ResidentProbe, path: Path) {
  const client = await session.spawn(path.from, probe.command(path, 30));
  await realClock.sleep(milliseconds(probe.startup));
  await client.stop();
  await realClock.sleep(milliseconds(probe.settling));
  const windows = [];
  for (let burst = 0; burst < 3; burst++) {
    const { before, after } = await session.slice([client], milliseconds(0), milliseconds(50), []);
    windows.push({ from: before.clock, to: after.clock });
  }
  await client.resume();
  await realClock.sleep(milliseconds(probe.cooldown));
  return probe.parse(await client.end("SIGINT"), path, windows);
}

describe.each(IS_ROOT ? [true, false] : [false])("root of the machine: %s", (root) => {
  let session: LabSession;

  beforeAll(async () => {
    session = await openLab(machine(root), { modes: MODES, links: ["capped", "open"], rate: bitsPerSecond(RATE), mtu: 1500, nodes: 2 });
    for (const mode of MODES)
      for (const workload of WORKLOADS) await serve(session, pathOf(session, mode.name, workload), probeFor(workload, sizing));
  });

  afterAll(async () => {
    await session.close();
  });

  describe.each(MODES.map((mode) => mode.name))("%s", (mode) => {
    const trials = WORKLOADS.map((workload) => probeFor(workload, sizing)).filter((probe): probe is TrialProbe => probe.kind === "trial");
    test.each(trials.map((probe) => [probe.workload, probe] as const))("%s", async (workload, probe) => {
      const path = pathOf(session, mode, workload);
      const outcome = await outcomeOf(session, path, probe.command(path));
      const { values, work, counts } = sampleIn(probe.parse(outcome, path));
      for (const { name, estimator } of metricsOf(workload)) {
        if (estimator.kind !== "cpu") expect(values[name]).toBeGreaterThan(0);
      }
      expect(work).toBeGreaterThan(0);
      expect(counts?.failed ?? 0).toBe(0);
    });

    test.each(["latency.udp", "latency.tcp"] as const)("%s", async (workload) => {
      const probe = probeFor(workload, sizing);
      if (probe.kind !== "resident") throw new Error(`${workload} is resident`);
      const results = await burstsOf(session, probe, pathOf(session, mode, workload));
      expect(results).toHaveLength(3);
      for (const sample of results.map(sampleIn)) {
        expect(sample.values[`${workload}.p50`]).toBeGreaterThan(0);
        // Nothing of a burst can have taken longer than the burst, which a busy machine stretches; what was cut off counts as long as it was.
        for (const [value] of [...(sample.histogram ?? []), ...(sample.censored ?? [])]) expect(value).toBeLessThan(100_000);
        expect(sample.histogram?.length).toBeGreaterThan(0);
      }
    });
  });

  test("the kernel's counters agree with what iperf3 says arrived", async () => {
    const path = pathOf(session, "flannel-vxlan", "tcp-open");
    const probe = probeFor("tcp-open", sizing);
    if (probe.kind !== "trial") throw new Error("tcp-open is a trial");
    const outcome = await outcomeOf(session, path, probe.command(path));
    const { work } = sampleIn(probe.parse(outcome, path));
    const bytesAt = (reading: ProcessOutcome["before"]): number => reading.counters[path.to.id]?.devices[path.arrival.device]?.rxBytes ?? 0;
    const arrived = bytesAt(outcome.after) - bytesAt(outcome.before);
    // Headers and the tail that was sent after the receiver's last count come on top.
    expect(arrived).toBeGreaterThan(work * 1e9);
    expect(arrived).toBeLessThan(work * 1e9 * 1.5 + 2e6);
  });

  test("the capped link is no faster than its rate and its full bucket", async () => {
    const path = pathOf(session, "host", "tcp");
    const probe = probeFor("tcp", sizing);
    if (probe.kind !== "trial") throw new Error("tcp is a trial");
    const { values } = sampleIn(probe.parse(await outcomeOf(session, path, probe.command(path)), path));
    expect(values["tcp"]).toBeLessThan(RATE * 1.2);
  });

  test("amounts learned on a fast and on a slow path lie apart", async () => {
    const learn = async (link: LinkKind) => {
      const path = pathOf(session, "host", link === "capped" ? "tcp" : "tcp-open");
      let learned = sizing;
      for (let trial = 0; trial < 5; trial++) {
        const probe = probeFor("tcp-open", learned);
        if (probe.kind !== "trial") throw new Error("tcp-open is a trial");
        const next = resize(learned, "tcp-open", path, probe.parse(await outcomeOf(session, path, probe.command(path)), path), 0.1);
        if (next === learned) break;
        learned = next;
      }
      return amountOf(learned, "tcp-open", path);
    };
    expect(await learn("open")).toBeGreaterThan(1.5 * (await learn("capped")));
  });

  test("a path without a server is an error in the tool's words, within its time", async () => {
    const path = { ...pathOf(session, "host", "tcp-open"), ports: { http: 81, iperf3: 82, sockperf: 83, discard: 84 } };
    for (const workload of ["tcp-open", "http"] as const) {
      const probe = probeFor(workload, sizing);
      if (probe.kind !== "trial") throw new Error(`${workload} is a trial`);
      expect(probe.parse(await outcomeOf(session, path, probe.command(path)), path)).toMatchObject({ ok: false });
    }
  });
});
