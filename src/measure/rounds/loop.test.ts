/** What one failure takes with it, on a venue whose programs fail as planned. */
import { describe, expect, test } from "vitest";
import { type FakePlan, type FakeVenue, fakePath, fakeVenue, type Started } from "../../../test/synthetic/fake-venue.js";
import { handClock } from "../../../test/synthetic/hand-clock.js";
import type { WorkloadName } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { LabScenario } from "../../model/scenario.js";
import { labPaths } from "../../paths/lab.js";
import type { ResidentProbe, TrialProbe } from "../../probes/contract.js";
import { largestOf, smallestOf } from "../../statistics/extremes.js";
import { randomFrom } from "../../statistics/random.js";
import { milliseconds } from "../../units/quantity.js";
import { trackProgress } from "../progress.js";
import type { EarlierPart } from "./earlier-part.js";
import { type Measured, measure } from "./loop.js";
import type { MeasureEvent } from "./measure-event.js";

const PATHS = [fakePath("host"), fakePath("vxlan"), fakePath("udp")];

const trialProbe = (workload: WorkloadName): TrialProbe => ({
  kind: "trial",
  workload,
  programs: [],
  servers: ({ listen }) => [
    {
      key: "nginx",
      command: { argv: ["sh", "-c", "exec nginx", "nginx"], reason: "serve", timeout: milliseconds(1e6) },
      readyPort: { protocol: "tcp", port: listen.http },
    },
  ],
  command: () => ({ argv: ["http-tool"], reason: "load", timeout: milliseconds(8_000) }),
  parse: ({ exitCode, stderr, before }) =>
    exitCode === 0
      ? { ok: true, sample: { values: { [workload]: 1_000 + (before.clock % 97) }, work: 1 } }
      : { ok: false, error: `http-tool: ${stderr}` },
});

const residentProbe = (workload: WorkloadName): ResidentProbe => ({
  kind: "resident",
  workload,
  programs: [],
  startup: 3_800,
  settling: 1_000,
  cooldown: 100,
  servers: () => [],
  command: () => ({ argv: ["echo-client"], reason: "ask", timeout: milliseconds(70_000) }),
  parse: ({ stderr }, _path, bursts) =>
    bursts.map(() =>
      stderr === ""
        ? { ok: true, sample: { values: {}, work: 1, histogram: [[50, 1_000]], censored: [[30, 2]] } }
        : { ok: false, error: stderr },
    ),
});

interface Asked {
  readonly workloads: readonly WorkloadName[];
  /** Absent: the first of each workload. */
  readonly metrics?: readonly string[];
  readonly budgetSeconds?: number;
  readonly duet?: boolean;
  readonly quick?: boolean;
  readonly earlier?: EarlierPart;
  /** Too small by default for any cell to be decided. */
  readonly margin?: number;
  readonly modes?: string[];
  readonly signal?: AbortSignal;
}

interface Seen extends Measured {
  readonly venue: FakeVenue;
  readonly events: readonly MeasureEvent[];
  readonly seconds: number;
}

async function measured(
  plan: Partial<FakePlan>,
  { workloads, metrics, budgetSeconds = 20, duet, quick = true, earlier, margin, signal, modes = ["host", "vxlan", "udp"] }: Asked,
): Promise<Seen> {
  const clock = handClock();
  const venue = fakeVenue({ paths: PATHS, ...plan }, clock);
  const scenario: LabScenario = {
    venue: "lab",
    modes,
    workloads: [...workloads],
    metrics: [...(metrics ?? workloads.map((name) => (name === "latency.udp" ? "latency.udp.p50" : name)))],
    linkBitsPerSecond: null,
    mtu: 1500,
    nodes: 2,
    budgetSeconds,
    margin: { capped: margin ?? 0.000_02, open: margin ?? 0.000_05 },
    configuredBaseline: false,
    quick,
    strategy: "auto",
    needs: [],
    seed: 1,
    ...(duet === undefined ? {} : { duet }),
  };
  const built = labPaths(
    scenario,
    scenario.modes.map((mode) => ({ mode, status: "built" })),
  );
  const events: MeasureEvent[] = [];
  const draws = randomFrom(scenario.seed);
  const result = await measure({
    session: venue,
    scenario,
    built,
    probeFor: (workload) => (workload === "latency.udp" ? residentProbe(workload) : trialProbe(workload)),
    clock,
    random: (below) => draws.integer(below),
    signal: signal ?? new AbortController().signal,
    minimumRounds: { trials: 6, slices: 6 },
    progress: trackProgress({ scenario, ...built }),
    onEvent: (event) => events.push(event),
    ...(earlier === undefined ? {} : { earlier }),
  });
  return { ...result, venue, events, seconds: clock.monotonic() / 1e3 };
}

const of = ({ observations }: Measured, mode: string, workload: WorkloadName): readonly Observation[] =>
  observations.filter((one) => one.mode === mode && one.workload === workload);
const whole = (observations: readonly Observation[]): readonly Observation[] => observations.filter(({ error }) => error === undefined);
const failures = ({ events }: Seen) => events.flatMap((event) => (event.kind === "lane-failed" ? [event] : []));
const isGenerator = ({ tool, endpoint }: Started, mode: string): boolean =>
  tool === "iperf3" && endpoint.id.startsWith(mode) && endpoint.id.endsWith("/a");

describe("a generator's start that fails", () => {
  test("takes its block with it, never the metric, also where it is the host's", async () => {
    const broken = (started: Started): boolean => isGenerator(started, "host") && started.nth < 2;
    const seen = await measured(
      { conduct: (started) => (broken(started) ? { kind: "ends", stderr: "iperf3: error - something is wrong" } : undefined) },
      { workloads: ["tcp-open"] },
    );
    expect(seen.failure).toBeUndefined();
    expect(seen.seconds).toBeGreaterThan(19);
    expect(failures(seen)).toEqual([]);
    for (const mode of ["host", "vxlan", "udp"]) expect(whole(of(seen, mode, "tcp-open")).length, mode).toBeGreaterThan(50);
  });

  test("is given up after three starts where it is a mode's, with the generator's words", async () => {
    const seen = await measured(
      { conduct: (started) => (isGenerator(started, "udp") ? { kind: "ends", stderr: "no route to host" } : undefined) },
      { workloads: ["tcp-open"] },
    );
    expect(failures(seen).map(({ mode, reason }) => [mode, reason])).toEqual([["udp", expect.stringContaining("no route to host")]]);
    expect(new Set(of(seen, "udp", "tcp-open").map(({ restart }) => restart))).toEqual(new Set([0, 1, 2]));
    const [given, ...more] = seen.givenUp;
    expect(more).toEqual([]);
    expect(given).toMatchObject({ workload: "tcp-open", how: "slice", mode: "udp", path: "pod-pod", reason: failures(seen)[0]?.reason });
    expect(given?.at).toBeGreaterThan(0);
    expect(whole(of(seen, "vxlan", "tcp-open")).length).toBeGreaterThan(50);
  });

  test("is an observation's error when the venue refuses it", async () => {
    const seen = await measured(
      {
        conduct: (started) =>
          isGenerator(started, "udp") && started.nth === 0 ? { kind: "refused", reason: "too many processes" } : undefined,
      },
      { workloads: ["tcp-open"] },
    );
    expect(seen.failure).toBeUndefined();
    expect(failures(seen)).toEqual([]);
    expect(whole(of(seen, "udp", "tcp-open")).length).toBeGreaterThan(50);
  });
});

describe("a generator in a block", () => {
  test("that dies within a slice gives an error there, never a part of a rate, and is started again", async () => {
    const dies = (started: Started) =>
      isGenerator(started, "vxlan") && started.nth % 2 === 0 ? ({ kind: "ends-in-slice", after: 2, stderr: "Killed" } as const) : undefined;
    const seen = await measured({ conduct: dies }, { workloads: ["tcp-open"] });
    const errors = of(seen, "vxlan", "tcp-open").filter(({ error }) => error !== undefined);
    expect(errors.length).toBeGreaterThan(3);
    expect(errors[0]?.error).toMatch(/^iperf3 ended \(exit code 1\): Killed/);
    expect(failures(seen)).toEqual([]);
    // Half a slice would be half the rate; all others lie within the fake's noise.
    const rates = (mode: string) => whole(of(seen, mode, "tcp-open")).map(({ values }) => values["tcp-open"] ?? 0);
    expect(smallestOf(rates("vxlan"))).toBeGreaterThan(0.8 * largestOf(rates("host")));
    expect(rates("vxlan").length).toBeGreaterThan(50);
    // The start that replaces it serves the rest of its block.
    const blocks = errors.map(({ restart }) => restart);
    expect(new Set(blocks).size).toBe(blocks.length);
  });

  test("is not counted in the slice that shows it at work", async () => {
    const slow = (started: Started) => (isGenerator(started, "vxlan") ? ({ kind: "slow-at-first" } as const) : undefined);
    const seen = await measured({ conduct: slow }, { workloads: ["tcp-open"], budgetSeconds: 3 });
    const rates = (mode: string) => of(seen, mode, "tcp-open").map(({ values }) => values["tcp-open"] ?? 0);
    expect(smallestOf(rates("vxlan"))).toBeGreaterThan(0.8 * largestOf(rates("host")));
  });

  test("that takes the place of one which died is not counted in its first slice either", async () => {
    const dies = { kind: "ends-in-slice", after: 2, stderr: "Killed" } as const;
    const conduct = (started: Started) =>
      isGenerator(started, "vxlan") ? (started.nth % 2 === 0 ? dies : ({ kind: "slow-at-first" } as const)) : undefined;
    const seen = await measured({ conduct }, { workloads: ["tcp-open"], budgetSeconds: 3 });
    const rates = (mode: string) => whole(of(seen, mode, "tcp-open")).map(({ values }) => values["tcp-open"] ?? 0);
    expect(of(seen, "vxlan", "tcp-open").filter(({ error }) => error !== undefined).length).toBeGreaterThan(1);
    expect(smallestOf(rates("vxlan"))).toBeGreaterThan(0.8 * largestOf(rates("host")));
  });

  test("is measured from when it is at work, never as 0 before", async () => {
    const slow = (started: Started) => (isGenerator(started, "vxlan") ? ({ kind: "idle", slices: 6 } as const) : undefined);
    const seen = await measured({ conduct: slow }, { workloads: ["tcp-open"] });
    expect(of(seen, "vxlan", "tcp-open").filter(({ values }) => (values["tcp-open"] ?? 0) === 0)).toEqual([]);
  });

  test("that never gets to work is an error of its own lane", async () => {
    const idle = (started: Started) => (isGenerator(started, "vxlan") ? ({ kind: "idle" } as const) : undefined);
    const seen = await measured({ conduct: idle }, { workloads: ["tcp-open"] });
    expect(failures(seen).map(({ mode, reason }) => [mode, reason])).toEqual([["vxlan", "iperf3 moved nothing within 2 s of its start"]]);
    expect(of(seen, "vxlan", "tcp-open").every(({ error, values }) => error !== undefined && Object.keys(values).length === 0)).toBe(true);
    expect(whole(of(seen, "host", "tcp-open")).length).toBeGreaterThan(50);
  });

  test("that moves nothing after it has worked is counted as 0", async () => {
    const stalls = (started: Started) => (isGenerator(started, "vxlan") ? ({ kind: "works-until", slices: 2 } as const) : undefined);
    const seen = await measured({ conduct: stalls }, { workloads: ["tcp-open"], budgetSeconds: 3 });
    const own = of(seen, "vxlan", "tcp-open");
    expect(own.filter(({ values }) => values["tcp-open"] === 0).length).toBeGreaterThan(3);
    expect(own.every(({ error }) => error === undefined)).toBe(true);
  });

  test("whose server is busy is started until it is served", async () => {
    const busy = (started: Started) =>
      isGenerator(started, "host") && started.nth < 5
        ? ({ kind: "ends", stderr: "iperf3: error - the server is busy running a test. try again later" } as const)
        : undefined;
    const seen = await measured({ conduct: busy }, { workloads: ["tcp-open"] });
    expect(of(seen, "host", "tcp-open").every(({ error }) => error === undefined)).toBe(true);
  });
});

describe("side by side with the host", () => {
  test("each path has rounds of its own", async () => {
    const seen = await measured({}, { workloads: ["tcp-open"], budgetSeconds: 3, duet: true });
    const rounds = new Map<number, string[]>();
    for (const { round, mode } of seen.observations) rounds.set(round, [...(rounds.get(round) ?? []), mode]);
    const visits = new Set([...rounds.values()].map((visited) => visited.join(" ")));
    expect(visits).toEqual(new Set(["host vxlan", "host udp"]));
  });

  test("the host alone is measured where nothing stands beside it", async () => {
    const seen = await measured({}, { workloads: ["tcp-open"], budgetSeconds: 3, duet: true, modes: ["host"] });
    expect(whole(of(seen, "host", "tcp-open")).length).toBeGreaterThan(5);
  });
});

describe("a path that the venue knows to be broken", () => {
  test("is lost for that reason without waiting for its tools, from then on", async () => {
    let tools = 0;
    const reason = "podwire-udp-proxy ended (SIGKILL)";
    const seen = await measured(
      {
        conduct: ({ tool, endpoint }) => {
          if (tool === "http-tool" && endpoint.id.startsWith("udp")) tools += 1;
          return undefined;
        },
        faultOf: ({ mode }) => (mode === "udp" && tools >= 5 ? reason : undefined),
      },
      { workloads: ["http"] },
    );
    expect(failures(seen).map(({ mode, reason: why }) => [mode, why])).toEqual([["udp", reason]]);
    expect(tools).toBe(5);
    expect(new Set(of(seen, "udp", "http").map(({ error }) => error))).toEqual(new Set([undefined, reason]));
    expect(whole(of(seen, "vxlan", "http")).length).toBeGreaterThan(5);
  });
});

describe("a server that fails", () => {
  const nginxFails =
    (times: number) =>
    ({ tool, endpoint, nth }: Started) =>
      tool === "nginx" && endpoint.id.startsWith("host") && nth < times
        ? ({ kind: "ends", stderr: "nginx: [emerg] bind() to 0.0.0.0:8080 failed" } as const)
        : undefined;

  test("takes what needs it, with its own name, and nothing else in its endpoint", async () => {
    const seen = await measured({ conduct: nginxFails(99) }, { workloads: ["http", "tcp-open"] });
    expect(whole(of(seen, "host", "tcp-open")).length).toBeGreaterThan(50);
    expect(whole(of(seen, "vxlan", "tcp-open")).length).toBeGreaterThan(50);
    expect(failures(seen).map(({ workload, mode }) => [workload, mode])).toEqual([["http", "host"]]);
    expect(failures(seen)[0]?.reason).toMatch(/^nginx ended \(exit code 1\): nginx: \[emerg\] bind\(\)/);
    expect(failures(seen)[0]?.reason).not.toContain("sh:");
    expect(seen.givenUp.map(({ mode, how, reason }) => [mode, how, reason.slice(0, 30)])).toEqual([
      ["host", "trial", "nginx ended (exit code 1): ngi"],
      ["vxlan", "trial", "host host-host: nginx ended (e"],
      ["udp", "trial", "host host-host: nginx ended (e"],
    ]);
  });

  test.each([2, 4])("is started again after %d failures where it is the host's, and the metric with it", async (times) => {
    const seen = await measured({ conduct: nginxFails(times) }, { workloads: ["http"] });
    expect(failures(seen)).toEqual([]);
    expect(whole(of(seen, "host", "http")).length).toBeGreaterThan(5);
  });
});

test("beyond their minimum neither of two workloads is starved", async () => {
  const seen = await measured({}, { workloads: ["http", "tcp-open"], budgetSeconds: 30 });
  const spent = (workload: WorkloadName): number => seen.observations.filter((one) => one.workload === workload).length;
  // A visit of http takes the fake 80 ms, one of tcp-open 30 ms and its share of the generators' starts.
  for (const workload of ["http", "tcp-open"] as const) expect(spent(workload), workload).toBeGreaterThan(100);
});

describe("a slice that fails", () => {
  test("is one observation with its reason", async () => {
    const seen = await measured(
      { sliceTrouble: ({ mode }, nth) => (mode === "vxlan" && nth % 10 === 5 ? "no time slice could be placed in 12 tries" : undefined) },
      { workloads: ["tcp-open"] },
    );
    expect(seen.failure).toBeUndefined();
    expect(seen.seconds).toBeGreaterThan(19);
    expect(failures(seen)).toEqual([]);
    const failed = of(seen, "vxlan", "tcp-open").filter(({ error }) => error !== undefined);
    expect(failed.length).toBeGreaterThan(3);
    expect(failed[0]?.error).toContain("no time slice could be placed");
    expect(of(seen, "host", "tcp-open").every(({ error }) => error === undefined)).toBe(true);
  });

  test("ends the run when the venue itself is gone, and what was seen is kept", async () => {
    let slices = 0;
    const seen = await measured(
      {
        sliceTrouble: () => (++slices > 40 ? "the lab's sandbox has ended" : undefined),
        gone: () => (slices > 40 ? "the lab's sandbox has ended" : undefined),
      },
      { workloads: ["tcp-open"] },
    );
    expect(seen.failure).toBe("the lab's sandbox has ended");
    expect(whole(of(seen, "host", "tcp-open")).length).toBeGreaterThan(5);
  });
});

describe("idle CPUs", () => {
  test("are read again and again where CPU costs are asked for, and counted in them", async () => {
    const seen = await measured({}, { workloads: ["pps"], metrics: ["pps.cpu"] });
    const [group, ...others] = seen.idle ?? [];
    expect(others).toEqual([]);
    expect(group?.paths).toEqual(PATHS.map(({ mode, name }) => ({ mode, path: name })));
    expect(group?.readings.length).toBeGreaterThan(2);
    // The fake's only CPU is always busy.
    for (const { elapsed, cpu } of group?.readings ?? []) expect([elapsed, cpu.busy]).toEqual([0.2, expect.closeTo(0.2)]);
    const began = group?.readings.map(({ startedAt }) => startedAt) ?? [];
    expect(began).toEqual(began.toSorted((one, other) => one - other));
  });

  test("are not read where none is asked for", async () => {
    expect((await measured({}, { workloads: ["pps"] })).idle).toBeUndefined();
  });

  test("that cannot be read cost the costs, with the reason, and nothing else", async () => {
    const seen = await measured({ unreadable: "no answer" }, { workloads: ["pps"], metrics: ["pps", "pps.cpu"] });
    expect(seen.idle).toMatchObject([{ readings: [], failure: "no answer" }]);
    expect(of(seen, "vxlan", "pps").every(({ error }) => error === undefined)).toBe(true);
    expect(seen.failure).toBeUndefined();
  });
});

describe("an interruption", () => {
  test("is not called a failure of the venue, which ends with it", async () => {
    const interruption = new AbortController();
    let gone: string | undefined;
    const seen = await measured(
      {
        sliceTrouble: (_, nth) => {
          if (nth < 20) return undefined;
          interruption.abort();
          gone = "the lab's sandbox has ended (SIGKILL)";
          return gone;
        },
        gone: () => gone,
      },
      { workloads: ["tcp-open"], signal: interruption.signal },
    );
    expect(seen.interrupted).toBe(true);
    expect(seen.failure).toBeUndefined();
    expect(whole(of(seen, "host", "tcp-open")).length).toBeGreaterThan(5);
  });
});

describe("a run that goes on", () => {
  test("keeps what was seen, counts on from there, and spends what is left of the budget", async () => {
    const asked = { workloads: ["tcp-open", "http"] as const, budgetSeconds: 20 };
    const first = await measured({}, { ...asked, budgetSeconds: 8 });
    const seen = await measured(
      {},
      { ...asked, earlier: { ...first, givenUp: [...first.givenUp], observations: [...first.observations] } },
    );
    expect(seen.observations.slice(0, first.observations.length)).toEqual(first.observations);
    const later = seen.observations.slice(first.observations.length);
    for (const workload of asked.workloads) {
      const rounds = (part: readonly Observation[]) => part.filter((one) => one.workload === workload).map(({ round }) => round);
      expect(smallestOf(rounds(later)), workload).toBe(largestOf(rounds(first.observations)) + 1);
    }
    expect(smallestOf(later.map(({ startedAt }) => startedAt))).toBeGreaterThan(7);
    expect(largestOf(later.map(({ startedAt }) => startedAt))).toBeLessThan(21);
    expect(seen.seconds).toBeLessThan(14);
  });

  test("does not visit again what was decided before", async () => {
    const asked = { workloads: ["http"] as const, modes: ["host", "vxlan"] };
    const first = await measured({}, { ...asked, budgetSeconds: 8 });
    const decided = await measured(
      {},
      { ...asked, earlier: { ...first, givenUp: [], observations: [...first.observations] }, margin: 0.9 },
    );
    expect(decided.observations).toHaveLength(first.observations.length);
  });
});

describe("a client that stays", () => {
  test("is given up when each of its starts fails", async () => {
    const seen = await measured(
      {
        conduct: ({ tool, endpoint }) =>
          tool === "echo-client" && endpoint.id.startsWith("udp") ? { kind: "ends", stderr: "sockperf: it is broken" } : undefined,
      },
      { workloads: ["latency.udp"], budgetSeconds: 60 },
    );
    expect(failures(seen).map(({ mode, reason }) => [mode, reason])).toEqual([["udp", "sockperf: it is broken"]]);
    expect(whole(of(seen, "vxlan", "latency.udp")).length).toBeGreaterThan(5);
    expect(of(seen, "udp", "latency.udp").length).toBeLessThan(3 * 6 + 1);
  });

  test("is one of five on each lane, and a round observes the same start on both sides, once each: host and modes have rested equally", async () => {
    const seen = await measured({}, { workloads: ["latency.udp"], budgetSeconds: 8 });
    const rounds = new Map<number, Set<number | undefined>>();
    for (const { round, restart } of seen.observations) rounds.set(round, (rounds.get(round) ?? new Set()).add(restart));
    expect([...rounds.values()].map((starts) => [...starts])).toEqual([[0], [1], [2], [3], [4]]);
    for (const mode of ["host", "vxlan", "udp"]) expect(of(seen, mode, "latency.udp"), mode).toHaveLength(5);
    for (const mode of ["host", "vxlan", "udp"]) expect(whole(of(seen, mode, "latency.udp")).length, mode).toBeGreaterThanOrEqual(5);
  });

  test("has in each burst what was cut off by its end, too", async () => {
    const seen = await measured({}, { workloads: ["latency.udp"], budgetSeconds: 8 });
    expect(whole(of(seen, "vxlan", "latency.udp"))[0]).toMatchObject({ histogram: [[50, 1_000]], censored: [[30, 2]] });
  });

  test("costs its own bursts when it cannot be started, not those of its lane or of others", async () => {
    const seen = await measured(
      {
        conduct: ({ tool, endpoint, nth }) =>
          tool === "echo-client" && endpoint.id.startsWith("udp") && nth === 2
            ? { kind: "refused", reason: "too many processes" }
            : undefined,
      },
      { workloads: ["latency.udp"], budgetSeconds: 8 },
    );
    expect(failures(seen)).toEqual([]);
    const failed = seen.observations.filter(({ error }) => error !== undefined);
    expect(failed.map(({ mode, error }) => [mode, error])).toEqual([["udp", "too many processes"]]);
    expect(whole(of(seen, "udp", "latency.udp"))).toHaveLength(4);
  });

  test("is ended before its life is over, however long a burst takes", async () => {
    const { longestLife } = (await measured({ orderMs: 2_000 }, { workloads: ["latency.udp"], budgetSeconds: 200, quick: false })).venue;
    expect(longestLife).toBeGreaterThan(30_000);
    expect(longestLife).toBeLessThan(60_000);
  });
});
