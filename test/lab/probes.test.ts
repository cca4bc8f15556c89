/** Every probe once on real paths of the lab: as this user, and confined to a user namespace as an ordinary one is. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { realClock } from "../../src/machine/clock.js";
import { realCommands } from "../../src/machine/commands.js";
import { realFiles } from "../../src/machine/files.js";
import { realProcesses } from "../../src/machine/processes.js";
import { standing } from "../../src/machine/standing.js";
import { parseListening } from "../../src/measure/observing/servers.js";
import { TrialObserver } from "../../src/measure/observing/trial-observer.js";
import { workload as factsOf, metricsOf, WORKLOADS, type WorkloadName } from "../../src/model/metric.js";
import type { Observation } from "../../src/model/run.js";
import { flannelVxlan } from "../../src/modes/flannel-vxlan.js";
import { host } from "../../src/modes/host.js";
import type { Probe, ResidentProbe, TrialProbe } from "../../src/probes/contract.js";
import { probeFor } from "../../src/probes/index.js";
import { payloadArriving } from "../../src/probes/kernel-counts.js";
import { initialSizing, type Sizing } from "../../src/probes/sizing.js";
import { binOf } from "../../src/statistics/histogram.js";
import { bitsPerSecond, milliseconds } from "../../src/units/quantity.js";
import type { Path } from "../../src/venues/contract.js";
import { type LabSession, openLab } from "../../src/venues/lab/lab-session.js";
import { sampleIn } from "../synthetic/probe-result.js";

const RATE = 1e9;
const MODES = [host, flannelVxlan];
const IS_ROOT = process.getuid?.() === 0;
const sizing = initialSizing({ link: { bitsPerSecond: RATE, mtu: 1500 } });

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

/** One trial, as a run makes it. */
async function trialOn(session: LabSession, workload: WorkloadName, path: Path, sized: Sizing = sizing): Promise<Observation> {
  const probeOf = (present: Sizing): TrialProbe => {
    const probe = probeFor(workload, present);
    if (probe.kind !== "trial") throw new Error(`${workload} is not observed by trials`);
    return probe;
  };
  const observer = new TrialObserver({ session, probeOf, sizing: sized, clock: realClock, signal: new AbortController().signal });
  return (await observer.observe({ workload, path, stayKey: "host host-host" }, { round: 0, position: 0, startedAt: 0 })).observation;
}

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

/** Results of three bursts, and how long the longest of them was in microseconds. */
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
  const longest = Math.max(...windows.map(({ from, to }) => to - from)) / 1e3;
  return { longest, results: probe.parse(await client.end("SIGINT"), path, windows) };
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
    const trials = WORKLOADS.filter((workload) => probeFor(workload, sizing).kind === "trial");
    test.each(trials)("%s", async (workload) => {
      const { error, values, work, facts } = await trialOn(session, workload, pathOf(session, mode, workload));
      expect(error).toBeUndefined();
      for (const { name, estimator } of metricsOf(workload)) {
        if (estimator.kind !== "cpu") expect(values[name]).toBeGreaterThan(0);
      }
      expect(work).toBeGreaterThan(0);
      expect(facts?.["failed"] ?? 0).toBe(0);
    });
  });

  test("latency.udp and latency.tcp on both, whose clients start side by side", async () => {
    const asked = MODES.flatMap(({ name }) => (["latency.udp", "latency.tcp"] as const).map((workload) => ({ mode: name, workload })));
    const all = await Promise.all(
      asked.map(async ({ mode, workload }) => {
        const probe = probeFor(workload, sizing);
        if (probe.kind !== "resident") throw new Error(`${workload} is resident`);
        return { mode, workload, ...(await burstsOf(session, probe, pathOf(session, mode, workload))) };
      }),
    );
    for (const { mode, workload, longest, results } of all) {
      expect(results, `${mode} ${workload}`).toHaveLength(3);
      for (const sample of results.map(sampleIn)) {
        expect(sample.values[`${workload}.p50`], `${mode} ${workload}`).toBeGreaterThan(0);
        // Nothing of a burst can have taken longer than the burst, which a busy machine stretches; what was cut off counts as long as it was.
        for (const [value] of [...(sample.histogram ?? []), ...(sample.censored ?? [])])
          expect(binOf(value).low).toBeLessThanOrEqual(longest);
        expect(sample.histogram?.length).toBeGreaterThan(0);
      }
    }
  });

  test("a trial's figure is what the receiving kernel counted between two changes of its counter, over so long and so many packets", async () => {
    const path = pathOf(session, "flannel-vxlan", "tcp");
    const probe = probeFor("tcp", sizing);
    if (probe.kind !== "trial" || probe.window === undefined) throw new Error("tcp is a load that is counted");
    const watch = session.watchLoad(path, probe.window(path));
    const client = await session.spawn(path.from, probe.command(path));
    const seen = await watch.outcome;
    const outcome = await client.end("SIGINT");
    if ("unseen" in seen) throw new Error(seen.unseen);
    expect(seen.seconds).toBeGreaterThanOrEqual(sizing.seconds);
    const [before, after] = [seen.before, seen.after].map((reading) => reading.counters[path.to.id]?.devices[path.arrival.device]);
    if (before === undefined || after === undefined) throw new Error("the receiver was not read");
    const { weights } = payloadArriving(path) as { readonly weights: { readonly rxBytes: number; readonly rxPackets: number } };
    const arrived = weights.rxBytes * (after.rxBytes - before.rxBytes) + weights.rxPackets * (after.rxPackets - before.rxPackets);
    // The full readings follow the looks that count: by no more than some super-packets.
    expect(Math.abs(arrived - seen.amount)).toBeLessThan(0.1 * seen.amount);
    expect(after.rxPackets - before.rxPackets).toBeGreaterThanOrEqual(100);
    const { values, facts } = sampleIn(probe.parse(outcome, path, seen));
    expect(values["tcp"]).toBeCloseTo((seen.amount * 8) / seen.seconds, 3);
    expect(values["tcp"]).toBeLessThan(RATE);
    // What iperf3 says of the whole transfer stands beside it.
    expect(facts?.["sentBytes"]).toBeGreaterThan(seen.amount);
  });

  test("a load without an end is over once it is counted, and its server takes the next one", async () => {
    const path = pathOf(session, "host", "tcp-open");
    for (let trial = 0; trial < 5; trial += 1) expect(await trialOn(session, "tcp-open", path)).not.toHaveProperty("error");
  });

  test("a trial's requests become as many as its path serves in the asked time", async () => {
    const asked = initialSizing({ seconds: 1 });
    for (const mode of MODES.map(({ name }) => name)) {
      const path = pathOf(session, mode, "http");
      const probeOf = (present: Sizing): TrialProbe => probeFor("http", present) as TrialProbe;
      const observer = new TrialObserver({ session, probeOf, sizing: asked, clock: realClock, signal: new AbortController().signal });
      const requests: number[] = [];
      for (let round = 0; round < 3; round += 1) {
        const lane = { workload: "http", path, stayKey: "host host-host" } as const;
        const { raw } = await observer.observe(lane, { round, position: 0, startedAt: 0 });
        const argv = raw?.argv ?? [];
        requests.push(Number(argv[argv.indexOf("-n") + 1]));
      }
      // Every path here serves some thousands a second, and a number is kept that is off by up to 1.4.
      expect(requests[0]).toBe(1_000);
      expect(requests[2]).toBeGreaterThan(1_400);
    }
  });

  test("a path without a server is an error in the tool's words, within its time", async () => {
    const path = { ...pathOf(session, "host", "tcp-open"), ports: { http: 81, iperf3: 82, sockperf: 83, discard: 84 } };
    expect((await trialOn(session, "tcp-open", path)).error).toMatch(/^iperf3: .*Connection refused/);
    expect((await trialOn(session, "http", path)).error).toMatch(/all 1000 requests failed|Connection refused/);
  });
});
