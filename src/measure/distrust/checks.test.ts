import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CHECKS, type CheckName, type Doubt } from "../../model/doubt.js";
import { findMetric } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import type { CellRatio } from "../../model/summary.js";
import { randomFrom } from "../../statistics/random.js";
import { formatCount } from "../../units/format.js";
import type { CellEvidence } from "./evidence.js";
import { doubtsOf } from "./index.js";
import { interrupted } from "./interrupted.js";

const ROUNDS = 30;
type Told = Partial<Observation> | ((round: number, turn: number) => Partial<Observation>);

/** Observations of one path, `each` of them a round, all alike but for what is told. */
function seen(workload: Observation["workload"], mode: string, told: Told = {}, each = 1, rounds = ROUNDS): Observation[] {
  return Array.from({ length: rounds * each }, (_, index): Observation => {
    const [round, turn] = [Math.floor(index / each), index % each];
    const base: Observation = {
      workload,
      round,
      position: turn * 2,
      mode,
      path: mode === "host" ? "host-host" : "pod-pod",
      how: "trial",
      startedAt: round * 0.5 + turn * 0.2,
      elapsed: 0.1,
      values: { [workload]: 1e9 },
      work: 0.01,
      cpu: { busy: 0.1, softirq: 0.02, steal: 0, idle: 0.1 },
    };
    return { ...base, ...(typeof told === "function" ? told(round, turn) : told) };
  });
}

const RATIO: CellRatio = {
  baseline: "host",
  median: 1,
  low: 0.99,
  high: 1.01,
  verdict: "same",
  margin: 0.05,
  n: ROUNDS,
  method: "order-statistic",
};

/** A cell whose path and host are told; each observes twice a round. */
function cell(name: string, own: Told = {}, host: Told = {}, more: Partial<CellEvidence> = {}): CellEvidence {
  const metric = findMetric(name);
  if (metric === undefined) throw new Error(`no metric ${name}`);
  const { workload } = metric;
  const sides = { own: seen(workload, "pods", own), host: seen(workload, "host", host, 2) };
  const cpuCost = { own: costOf(sides.own), host: costOf(sides.host) };
  return { ...sides, metric, faulty: false, failed: [], margin: 0.05, otherWay: { own: [], host: [] }, cpuCost, ratio: RATIO, ...more };
}

const costOf = (observations: readonly Observation[]): number =>
  observations.reduce((sum, { cpu }) => sum + cpu.busy, 0) / observations.reduce((sum, { work }) => sum + work, 0);

const names = (evidence: CellEvidence): readonly CheckName[] => doubtsOf(evidence).map(({ check }) => check);

/** The one doubt that a cell raises. */
function only(evidence: CellEvidence): Doubt {
  const [first, ...more] = doubtsOf(evidence);
  if (first === undefined || more.length > 0) throw new Error(`not one doubt but: ${names(evidence).join(", ")}`);
  return first;
}

const facts = (of: Record<string, number>): Partial<Observation> => ({ facts: of });
/** A time and the ticks that belong to it. */
const lasting = (elapsed: number): Partial<Observation> => ({ elapsed, cpu: { busy: elapsed, softirq: 0, steal: 0, idle: elapsed } });
/** So many of a path's thirty observations are as told. */
const some = (count: number, told: Partial<Observation>) => (round: number) => (round < count ? told : {});

describe("a clean cell", () => {
  test("of nothing, or of observations without facts, raises no doubt", () => {
    expect(names(cell("tcp-open"))).toEqual([]);
    expect(names(cell("tcp-open", {}, {}, { own: [], host: [] }))).toEqual([]);
  });

  test("that compares equal noise with equal noise raises none, whatever the noise, the metric and the number of rounds", () => {
    const noisy = fc.record({
      seed: fc.nat(1e6),
      spread: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
      rounds: fc.integer({ min: 1, max: 60 }),
      metric: fc.constantFrom("tcp", "tcp-open", "http", "pps", "latency.icmp"),
      sliced: fc.boolean(),
    });
    fc.assert(
      fc.property(noisy, ({ seed, spread, rounds, metric, sliced }) => {
        const random = randomFrom(seed);
        const draw = (): Partial<Observation> => {
          const noise = Math.exp(spread * (random.next() + random.next() - 1));
          return { ...observed(metric, noise, sliced), elapsed: sliced ? 0.02 : 0.1 * noise };
        };
        const evidence = cell(metric, {}, {}, { cap: metric === "tcp" ? 1.1e9 : undefined });
        const sides = {
          own: seen(evidence.metric.workload, "pods", draw, 1, rounds),
          host: seen(evidence.metric.workload, "host", draw, 3, rounds),
        };
        expect(names({ ...evidence, ...sides })).toEqual([]);
      }),
      // A statement about chance: about one of a hundred thousand such cells is doubted wrongly. The seed keeps the test from being that one.
      { numRuns: 500, seed: 4 },
    );
  });

  /** What a sound observation carries. */
  function observed(metric: string, noise: number, sliced: boolean): Partial<Observation> {
    const how = sliced ? "slice" : "trial";
    // A link that is full has a floor: what leaves it empty is a doubt of its own.
    const values = { [metric]: 1e9 * (metric === "tcp" ? Math.max(noise, 0.9) : noise) };
    const drained = sliced ? { drained: 1, drainMs: 2.3 } : { seconds: 0.09 * noise };
    const stream = sliced ? { meanSegment: 1446 } : { mss: 1448, maxCwndBytes: 400_000, sentBytes: 10.2e6, arrivedBytes: 10.1e6 };
    const of: Record<string, Partial<Observation>> = {
      pps: { facts: { ...drained, ...(sliced ? {} : { txPackets: 10_003 }) }, counts: { offered: 10_000, forwarded: 9_970 } },
      http: {
        facts: { ...drained, ...(sliced ? {} : { connections: 1_020 }), segments: 9e3, retransmitted: 0 },
        counts: { offered: 1_000 },
      },
      "latency.icmp": { facts: {} },
    };
    return {
      how,
      values,
      ...(of[metric] ?? { facts: { ...drained, ...stream, plannedMtu: 1500, segments: 7_000, retransmitted: 2, busiestCpu: 0.1 } }),
    };
  }
});

describe("clock", () => {
  test("flags a tool that says to have run longer than it existed, and refuses when it is usual", () => {
    expect(only(cell("tcp-open", some(1, facts({ seconds: 0.3 }))))).toMatchObject({ check: "clock", severity: "flag" });
    expect(only(cell("tcp-open", some(20, facts({ seconds: 0.3 }))))).toMatchObject({ check: "clock", severity: "refuse" });
    expect(names(cell("tcp-open", facts({ seconds: 0.11 })))).toEqual([]);
  });

  test("refuses a cost of CPU times that shrank, as after a migration, and leaves the figure of the same load", () => {
    const back = some(5, { cpu: { busy: -3, softirq: 0, steal: 0, idle: 3.2 } });
    expect(doubtsOf(cell("tcp-open.cpu", back))[0]).toMatchObject({ check: "clock", severity: "refuse" });
    expect(names(cell("tcp-open", back))).toEqual([]);
  });

  test("flags CPU ticks that go at another pace than on the host", () => {
    const doubt = only(cell("tcp-open", { cpu: { busy: 0.2, softirq: 0, steal: 0, idle: 0.2 } }));
    expect(doubt).toMatchObject({ check: "clock", severity: "flag" });
    expect(doubt.sentence).toContain("4 CPU seconds a second here, 2 CPU seconds a second on the host");
  });
});

describe("interrupted", () => {
  test("looks at more observations than a call takes arguments", () => {
    const one = cell("tcp-open", {}, {}).own[0];
    const own = Array.from({ length: 200_000 }, (_, round) => ({ ...one, round, startedAt: round }) as Observation);
    expect(interrupted({ ...cell("tcp-open"), own, host: [] })).toBeUndefined();
  });

  test("tells of a suspension, however short the run was", () => {
    const doubt = only(cell("tcp-open", some(1, facts({ suspendedMs: 61_000 }))));
    expect(doubt).toMatchObject({ check: "interrupted", severity: "flag" });
    expect(doubt.sentence).toContain("suspended for 1 min 1 s");
  });

  test("refuses where many rounds are torn, or slices were held up", () => {
    expect(
      only(
        cell(
          "tcp-open",
          (round) => ({ startedAt: round * 40 + (round % 5 === 0 ? 20 : 0.2) }),
          (round, turn) => ({ startedAt: round * 40 + turn * 0.2 }),
        ),
      ),
    ).toMatchObject({ check: "interrupted", severity: "refuse" });
    expect(only(cell("tcp-open", (round) => ({ how: "slice", ...lasting(round < 3 ? 5 : 0.02) })))).toMatchObject({
      check: "interrupted",
      severity: "refuse",
    });
  });

  test("takes a trial that stalled for an outcome, not for an interruption", () => {
    expect(names(cell("tcp-open", some(5, lasting(0.9))))).toEqual([]);
  });
});

describe("congestion control", () => {
  const senders = (own: string | undefined, host: string | undefined) => ({ congestionControl: { own, host } });

  test("that differs takes the figure away, and names both", () => {
    const doubt = only(cell("http", {}, {}, senders("bbr", "cubic")));
    expect(doubt).toMatchObject({ check: "congestion-control", severity: "refuse" });
    expect(doubt.sentence).toContain("bbr here and cubic on the host");
  });

  test("that is the same, or is not told, or is not used, raises no doubt", () => {
    for (const told of [senders("cubic", "cubic"), senders(undefined, "cubic"), senders("bbr", undefined)])
      expect(names(cell("tcp-open", {}, {}, told))).toEqual([]);
    for (const metric of ["pps", "latency.icmp"]) expect(names(cell(metric, {}, {}, senders("bbr", "cubic")))).toEqual([]);
  });
});

describe("mtu", () => {
  test("refuses another MSS than the planned MTU gives, here or on the host, with timestamps or without", () => {
    const doubt = only(cell("tcp-open", facts({ mss: 1398, plannedMtu: 1500 })));
    expect(doubt).toMatchObject({ check: "mtu", severity: "refuse" });
    expect(doubt.sentence).toBe(
      "the MSS is 1398 bytes where the planned MTU of 1500 bytes gives 1448: this is not the network that was asked for",
    );
    expect(only(cell("tcp-open", {}, facts({ mss: 8948, plannedMtu: 1500 }))).sentence).toContain("on the host the MSS");
    for (const mss of [1448, 1460]) expect(names(cell("tcp-open", facts({ mss, plannedMtu: 1500 })))).toEqual([]);
  });

  test("reads it from the segments of slices, though single slices may be off", () => {
    const slices = (typical: number) => (round: number) => ({
      how: "slice" as const,
      ...facts({ plannedMtu: 1500, meanSegment: round % 5 === 0 ? 1100 : typical }),
    });
    expect(names(cell("tcp-open", slices(1446)))).toEqual([]);
    expect(only(cell("tcp-open", slices(1397)))).toMatchObject({ check: "mtu", severity: "refuse" });
    expect(only(cell("tcp-open", slices(8900)))).toMatchObject({ check: "mtu", severity: "refuse" });
    expect(only(cell("tcp-open", slices(1397), {}, { faulty: true }))).toMatchObject({ check: "mtu", severity: "flag" });
    expect(only(cell("tcp-open", {}, slices(1397), { faulty: true }))).toMatchObject({ check: "mtu", severity: "refuse" });
  });
});

describe("tools-disagree", () => {
  const stream = (arrivedBytes: number) => ({ work: 0.01, facts: { sentBytes: 11e6, arrivedBytes, plannedMtu: 1500, retransmitted: 0 } });
  const requests = (name: string, count: number) => ({ counts: { offered: 1000, forwarded: 997 }, facts: { [name]: count } });

  test("refuses bytes that the kernel never saw, and more than were sent", () => {
    expect(only(cell("tcp-open", stream(9e6)))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(only(cell("tcp-open", stream(12e6))).sentence).toContain(
      "iperf3 received 10.0 MB of 11.0 MB sent, the receiver's kernel counted 12.0 MB",
    );
    for (const arrived of [10e6, 11e6]) expect(names(cell("tcp-open", stream(arrived)))).toEqual([]);
  });

  test("compares requests with connections or answers, and frames with the device's count", () => {
    for (const [metric, name, wrong, right] of [
      ["http", "connections", 1100, 1050],
      ["http-keepalive", "answers", 900, 1150],
      ["pps", "txPackets", 900, 1010],
    ] as const) {
      expect(only(cell(metric, requests(name, wrong)))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
      expect(names(cell(metric, requests(name, right)))).toEqual([]);
    }
  });

  const flooded = (offered: number, forwarded: number, more: Record<string, number> = {}) => ({
    counts: { offered, forwarded, lost: Math.max(0, offered - forwarded) },
    facts: more,
  });

  test("refuses a flood of which more arrives than was sent: other traffic, or frames that come twice", () => {
    const slower = { ratio: { ...RATIO, verdict: "slower" as const } };
    const doubt = only(cell("pps", { how: "slice", ...flooded(1_000, 1_200) }, flooded(1_000, 1_000), slower));
    expect(doubt).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(doubt.sentence).toContain(`${formatCount(36_000)} frames arrived where ${formatCount(30_000)} frames were sent`);
    const sound = { how: "slice", ...flooded(1_000, 1_010) } as const;
    expect(only(cell("pps", sound, { how: "slice", ...flooded(1_000, 1_200) }, slower)).sentence).toContain("arrived on the host where");
    const trials = cell("pps", flooded(1_000, 1_000, { arrivedFrames: 2_000 }), flooded(1_000, 1_000), slower);
    expect(only(trials)).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(names(cell("pps", sound, sound, slower))).toEqual([]);
  });

  test("refuses kept connections on which more arrives than ab asked for, since what arrives is the figure", () => {
    const asked = (requestSegments: number) => ({
      counts: { offered: 5_000, forwarded: 5_000 },
      facts: { requestSegments, loadSeconds: 0.1 },
    });
    expect(only(cell("http-keepalive", asked(8_000)))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(only(cell("http-keepalive", asked(8_000))).sentence).toContain(
      "ab counted 5000 requests, the server's kernel 8000 segments that arrived",
    );
    expect(names(cell("http-keepalive", asked(5_300)))).toEqual([]);
  });

  test("refuses replies to echo requests that no kernel heard, and flags those that came twice", () => {
    const heard = (echoReplies: number) => ({ counts: { offered: 20, forwarded: 20, lost: 0 }, facts: { echoReplies } });
    expect(only(cell("latency.icmp", heard(0)))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(only(cell("latency.icmp", heard(0))).sentence).toContain("ping heard 20 replies, its kernel 0");
    expect(only(cell("latency.icmp", heard(42), heard(21)))).toMatchObject({ check: "tools-disagree", severity: "flag" });
    expect(names(cell("latency.icmp", heard(21), heard(21)))).toEqual([]);
  });

  test("flags slices and trials of one run that tell different ratios", () => {
    const otherWay = (value: number) => ({
      own: seen("http", "pods", { values: { http: value } }),
      host: seen("http", "host", { values: { http: 1e9 } }),
    });
    const doubt = only(cell("http", { how: "slice" }, { how: "slice" }, { otherWay: otherWay(0.8e9) }));
    expect(doubt).toMatchObject({ check: "tools-disagree", severity: "flag" });
    expect(doubt.sentence).toContain("1.000 [1.000, 1.000] in slices, 0.800 [0.800, 0.800] in trials");
    expect(names(cell("http", { how: "slice" }, { how: "slice" }, { otherWay: otherWay(0.97e9) }))).toEqual([]);
  });
});

test("undrained flags a slice or two and refuses more than 5 %", () => {
  const slices = (moving: number) => (round: number) => ({ how: "slice" as const, ...facts({ drained: round < moving ? 0 : 1 }) });
  expect(only(cell("tcp-open", slices(2)))).toMatchObject({ check: "undrained", severity: "flag" });
  expect(only(cell("tcp-open", slices(4)))).toMatchObject({ check: "undrained", severity: "refuse" });
  expect(only(cell("tcp-open", {}, slices(30))).sentence).toContain("60 of 60 slices of the host");
});

describe("throttled", () => {
  test("counts the CPU time that a quota took", () => {
    expect(names(cell("tcp-open", some(1, facts({ throttledMs: 50 }))))).toEqual([]);
    expect(only(cell("tcp-open", facts({ throttledMs: 20 })))).toMatchObject({ check: "throttled", severity: "flag" });
    expect(only(cell("tcp-open", facts({ throttledMs: 90 })))).toMatchObject({ check: "throttled", severity: "refuse" });
  });

  test("takes CPU seconds for CPU seconds: 10 ms of a second on each of 16 CPUs is 1 %, and one thread of 16 held back for half of its time is no small thing", () => {
    const on16 = (busy: number, throttledMs: number) => ({
      elapsed: 1,
      cpu: { busy, softirq: 0, steal: 0, idle: 16 - busy },
      ...facts({ throttledMs }),
    });
    expect(names(cell("tcp-open", on16(16, 160), on16(16, 160)))).toEqual([]);
    const one = only(cell("tcp-open", on16(0.5, 500), on16(0.5, 500)));
    expect(one).toMatchObject({ check: "throttled", severity: "flag" });
    expect(one.sentence).toContain("45 CPU s, 50 % of the CPU time that was wanted");
  });
});

test("steal flags above 5 % of the CPU and refuses above a quarter", () => {
  const stolen = (steal: number) => ({ cpu: { busy: 0.1, softirq: 0, steal, idle: 0.1 - steal } });
  expect(names(cell("tcp-open", stolen(0.004), stolen(0.004)))).toEqual([]);
  expect(only(cell("tcp-open", stolen(0.02), stolen(0.02)))).toMatchObject({ check: "steal", severity: "flag" });
  expect(only(cell("tcp-open", stolen(0.09), stolen(0.09)))).toMatchObject({ check: "steal", severity: "refuse" });
});

describe("link-rate", () => {
  const LINK = { cap: 1e9, ratio: { ...RATIO, verdict: "undecided" as const } };
  const at = (bitsPerSecond: number, busiestCpu = 0.01) => ({ values: { tcp: bitsPerSecond }, ...facts({ busiestCpu }) });

  test("refuses a host that leaves its link empty while every CPU is idle: iperf3 3.18's 8.36 Mbit/s of 1 Gbit/s, for host and modes", () => {
    const doubt = only(cell("tcp", at(8.36e6), at(8.36e6), LINK));
    expect(doubt).toMatchObject({ check: "link-rate", severity: "refuse" });
    expect(doubt.sentence).toBe(
      "the host carried 8.36 Mbit/s of the link's 1.00 Gbit/s while no CPU was more than 10 % busy: neither the link nor a CPU was the limit, so what was measured is the measuring",
    );
    const own = seen("tcp", "host", at(8.36e6));
    expect(only(cell("tcp", {}, {}, { ...LINK, own, host: [], ratio: undefined }))).toMatchObject({ check: "link-rate" });
    expect(names(cell("tcp.cpu", at(8.36e6), at(8.36e6), LINK))).toEqual(["link-rate"]);
  });

  test("flags a host that does not fill its link since a CPU is at its limit: a mode beside it is the same for the CPU's sake", () => {
    const doubt = only(cell("tcp", at(0.5e9, 0.08), at(0.5e9, 0.08), LINK));
    expect(doubt).toMatchObject({ check: "link-rate", severity: "flag" });
    expect(doubt.sentence).toContain("a CPU was 80 % busy: what is compared is CPU time");
  });

  test("says nothing where the link is full, no CPU was read, there is no limit, or a mode alone is slow", () => {
    for (const host of [at(0.81e9), { values: { tcp: 1e6 } }]) expect(names(cell("tcp", at(0.8e9), host, LINK))).toEqual([]);
    expect(names(cell("tcp", at(1e6), at(1e6), { ...LINK, cap: undefined }))).toEqual([]);
    expect(names(cell("tcp", at(1e6), at(0.95e9), LINK))).toEqual([]);
    const own = seen("tcp", "pods", at(1e6));
    expect(names(cell("tcp", {}, {}, { ...LINK, own, host: [], ratio: undefined }))).toEqual([]);
  });

  test("refuses more than can cross the link, on either side", () => {
    expect(only(cell("tcp", at(5e9), at(0.95e9), LINK)).sentence).toContain("5.00 Gbit/s cannot have crossed a link of 1.00 Gbit/s");
    expect(only(cell("tcp", at(0.95e9), at(5e9), LINK)).sentence).toContain("the host's 5.00 Gbit/s cannot");
    expect(names(cell("tcp", at(1.12e9), at(1.12e9), LINK))).toEqual([]);
  });

  test("refuses a window of counters that holds more than the link passes, by however little: only other traffic or a wrong clock can", () => {
    const window = (bitsPerSecond: number) => ({ values: { tcp: bitsPerSecond }, ...facts({ busiestCpu: 0.01, loadSeconds: 0.1 }) });
    expect(only(cell("tcp", window(1.03e9), window(0.95e9), LINK)).sentence).toContain(
      "1.03 Gbit/s cannot have crossed a link of 1.00 Gbit/s",
    );
    expect(only(cell("tcp", window(0.95e9), window(1.03e9), LINK)).sentence).toContain("the host's 1.03 Gbit/s cannot");
    expect(names(cell("tcp", window(0.99e9), window(0.99e9), LINK))).toEqual([]);
  });
});

test("neighbours flags other programs that took a tenth of the CPU time, in all of the run or in half of it", () => {
  const idle = (busy: number) => ({ idle: { busy, all: 8, seconds: 4 } });
  expect(names(cell("tcp-open", {}, {}, idle(0.7)))).toEqual([]);
  const doubt = only(cell("tcp-open", {}, {}, idle(2)));
  expect(doubt).toMatchObject({ check: "neighbours", severity: "flag" });
  expect(doubt.sentence).toContain("other programs took 25 % of the CPU time while podwire loaded nothing (4 s in all)");
});

describe("encapsulation", () => {
  const FULL = 0.956e9;
  const vxlan = (more: Record<string, number> = {}) => ({
    values: { tcp: FULL },
    cpu: { busy: 0.03, softirq: 0, steal: 0, idle: 0.17 },
    ...facts({ plannedMtu: 1450, ...more }),
  });
  const host = (bitsPerSecond = FULL) => ({ values: { tcp: bitsPerSecond }, cpu: vxlan().cpu, ...facts({ plannedMtu: 1500 }) });
  const at = (median: number, half = 0.004) => ({ cap: 1e9, ratio: { ...RATIO, median, low: median - half, high: median + half } });

  test("refuses a tunnel that costs nothing: VXLAN's headers leave 1398 of 1448 bytes of payload", () => {
    const doubt = only(cell("tcp", vxlan(), host(), at(1)));
    expect(doubt).toMatchObject({ check: "encapsulation", severity: "refuse" });
    expect(doubt.sentence).toBe(
      "the ratio to the host is 1.000 [0.996, 1.004] where packets of 1450 bytes through a full link of 1.00 Gbit/s give 0.965: no path can carry more than that, so it was not measured right",
    );
    // A busy CPU is no way to carry more.
    expect(names(cell("tcp", { ...vxlan(), cpu: { busy: 0.2, softirq: 0, steal: 0, idle: 0 } }, host(), at(1)))).toEqual(["encapsulation"]);
  });

  test("doubts a variant with a planted fault, and leaves its figure: the fault may have broken what the mode promises", () => {
    const doubt = only(cell("tcp", vxlan(), host(), { ...at(0.8), faulty: true }));
    expect(doubt).toMatchObject({ check: "encapsulation", severity: "flag" });
    expect(doubt.sentence).toMatch(/; or the planted fault is the reason$/);
  });

  test("leaves what the bytes give, wherever the interval reaches it: 0.968 was measured", () => {
    for (const [median, half] of [
      [0.968, 0.001],
      [0.9655, 0.0001],
      [1, 0.03],
      [0.95, 0.01],
    ] as const)
      expect(names(cell("tcp", vxlan(), host(), at(median, half)))).toEqual([]);
  });

  test("refuses less only where neither CPU time nor losses nor the window explain it", () => {
    expect(only(cell("tcp", vxlan(), host(), at(0.8))).sentence).toContain("no CPU was busy, and nothing was lost");
    const proxy = { ...vxlan(), cpu: { busy: 0.12, softirq: 0, steal: 0, idle: 0.08 } };
    expect(names(cell("tcp", proxy, host(), at(0.4)))).toEqual([]);
    expect(names(cell("tcp", vxlan({ segments: 1000, retransmitted: 50 }), host(), at(0.8)))).toEqual(["retransmissions"]);
    expect(names(cell("tcp", vxlan({ mss: 1398, maxCwndBytes: 13_980 }), host(), at(0.8)))).toEqual(["small-window"]);
  });

  test("has nothing to say where the host does not fill the link, on an open link, without a tunnel, and without an interval", () => {
    expect(names(cell("tcp", vxlan(), host(0.9e9), at(1)))).toEqual([]);
    expect(names(cell("tcp", vxlan(), host(), { ...at(1), cap: undefined }))).toEqual([]);
    expect(names(cell("tcp", host(), host(), at(1)))).toEqual([]);
    expect(names(cell("tcp", vxlan(), host(), { cap: 1e9, ratio: { ...RATIO, low: null, high: null } }))).toEqual([]);
  });
});

describe("standstill", () => {
  test("refuses a figure of trials in which nothing moved for most of the time, here or on the host", () => {
    const doubt = only(cell("tcp-open", facts({ stillShare: 0.92 })));
    expect(doubt).toMatchObject({ check: "standstill", severity: "refuse" });
    expect(doubt.sentence).toBe(
      "in 30 of 30 trials (100 %) nothing arrived for most of the time, typically for 92 % of it: the trial's length is the tool's, not the path's",
    );
    expect(only(cell("tcp-open", {}, facts({ stillShare: 0.7 }))).sentence).toContain("60 of 60 trials of the host");
    expect(doubtsOf(cell("tcp-open", {}, {}, { own: seen("tcp-open", "pods", facts({ stillShare: 0.92 }), 1, 1) }))[0]?.severity).toBe(
      "refuse",
    );
  });

  test("flags a path that stalls in some trials, since that is an outcome", () => {
    const seldom = (round: number) => facts({ stillShare: round < 3 ? 0.8 : 0.1 });
    expect(only(cell("tcp-open", seldom))).toMatchObject({ check: "standstill", severity: "flag" });
  });

  test("flags trials that typically stand still for more than a fifth of their time, which a tool that waits makes of both sides", () => {
    const half = facts({ stillShare: 0.5 });
    expect(only(cell("tcp-open", half, half))).toMatchObject({ check: "standstill", severity: "flag" });
    expect(only(cell("tcp-open", half)).sentence).toContain("in 30 trials nothing arrived for typically 50 % of the time");
    expect(names(cell("tcp-open", facts({ stillShare: 0.2 })))).toEqual([]);
  });
});

describe("restart-effect", () => {
  test("flags a figure whose units are the starts of its generators", () => {
    const doubt = only(cell("http", {}, {}, { ratio: { ...RATIO, restarts: 5 } }));
    expect(doubt).toMatchObject({ check: "restart-effect", severity: "flag", evidence: [{ value: 5 }, { value: ROUNDS }, { value: 1 }] });
    expect(doubt.sentence).toContain("the 5 starts, not the 30 rounds, are the sample");
  });
});

describe("tracking", () => {
  const tracked = (entries: number): Partial<Observation> => facts({ tracked: entries, trackedMost: 65_536 });

  test("tables with room for what a trial adds raise none", () => {
    expect(names(cell("http", tracked(58_000), tracked(58_000)))).toEqual([]);
  });

  test("tables near their limit are flagged, and refuse the cell where a trial's own connections often find no room", () => {
    const near = { ...tracked(60_000), work: 2 };
    expect(only(cell("http.p99", near, tracked(100)))).toMatchObject({
      check: "tracking",
      severity: "flag",
      sentence: `30 of 90 observations (33.3 %) began with connection tracking above 90 % of its limit (${formatCount(65_536)} entries), beyond which new connections are dropped`,
    });
    const full = { ...tracked(64_000), work: 2 };
    expect(only(cell("http", some(2, full), tracked(100)))).toMatchObject({ check: "tracking", severity: "flag" });
    expect(only(cell("http.p99", full, tracked(100)))).toMatchObject({
      check: "tracking",
      severity: "refuse",
      sentence: `30 of 90 observations (33.3 %) began with no room in the tables of connection tracking for their own connections (${formatCount(65_536)} entries), beyond which new connections are dropped`,
    });
  });

  /** A table that grows and shrinks, and a mode that carries a share of its requests less while it is large. */
  const swingingHalf = (loss: number, most = 30_000) =>
    cell(
      "http",
      (round) => {
        const large = round % 2 === 0;
        return { ...tracked(large ? most : 5_000 + round), values: { http: (large ? 1 - loss : 1) * (1000 + (round % 5)) } };
      },
      { ...tracked(5_000), values: { http: 1000 } },
    );

  test("a ratio that falls with the size of the table is flagged", () => {
    const doubt = only(swingingHalf(0.2));
    expect(doubt).toMatchObject({ check: "tracking", severity: "flag" });
    expect(doubt.sentence).toMatch(/^the ratio depends on how many connections are still tracked: rounds that began with .* are 1\.2/);
  });

  /** Of the fifteen rounds with few entries, and of those with many, these have another ratio than the others. */
  const withOutliers = (factors: Readonly<Record<number, number>>) => {
    const evidence = swingingHalf(0.2);
    const own = evidence.own.map((one) => {
      const factor = factors[Math.floor(one.round / 2)] ?? 1;
      return { ...one, values: { http: (one.round % 2 === 0 ? 800 : 1000) * factor } };
    });
    return names({ ...evidence, own }).filter((name) => name === "tracking");
  };

  test("is judged by the 99.9 % interval: one round in fifteen that is apart on either side does not count, two do", () => {
    expect(withOutliers({ 0: 0.3, 1: 3 })).toEqual(["tracking"]);
    expect(withOutliers({ 0: 0.3, 1: 3, 5: 3, 8: 0.3 })).toEqual([]);
  });

  test("one that does not is not, nor where the table hardly grew, nor where half of the rounds moved nothing", () => {
    expect(names(swingingHalf(1)).filter((name) => name === "tracking")).toEqual([]);
    expect(names(swingingHalf(0.01))).toEqual([]);
    expect(names(swingingHalf(0.2, 8_000))).toEqual([]);
  });
});

describe("drift", () => {
  const halves = (low: number, high: number): Partial<CellEvidence> => ({
    ratio: { ...RATIO, halves: { median: (low + high) / 2, low, high } },
  });

  test("flags a ratio that moved beyond the margin, either way, and no other", () => {
    expect(only(cell("http", {}, {}, halves(0.85, 0.94)))).toMatchObject({ check: "drift", severity: "flag" });
    expect(only(cell("http", {}, {}, halves(1.06, 1.2))).sentence).toContain("1.130 [1.060, 1.200]");
    expect(names(cell("http", {}, {}, halves(0.85, 0.96)))).toEqual([]);
    expect(names(cell("http", {}, {}, halves(0.97, 1.03)))).toEqual([]);
  });
});

describe("host-noise", () => {
  const host = (factor: (round: number) => number) => (round: number, turn: number) => ({
    values: { "tcp-open": 1e9 * (turn === 0 ? factor(round) : 1) },
  });

  test("refuses when the host differs from itself beyond the margin", () => {
    expect(
      only(
        cell(
          "tcp-open",
          {},
          host(() => 1.2),
        ),
      ),
    ).toMatchObject({ check: "host-noise", severity: "refuse" });
    expect(
      only(
        cell(
          "tcp-open",
          host(() => 1.2),
          {},
          {
            host: [],
            ratio: undefined,
            own: seen(
              "tcp-open",
              "host",
              host(() => 1.2),
              2,
            ),
          },
        ),
      ),
    ).toMatchObject({ severity: "refuse" });
  });

  test("explains an undecided cell by it, and says nothing where the verdict stands", () => {
    const noisy = host((round) => (round % 2 === 0 ? 1.5 : 0.67));
    expect(only(cell("tcp-open", {}, noisy, { ratio: { ...RATIO, verdict: "undecided" } }))).toMatchObject({
      check: "host-noise",
      severity: "flag",
    });
    expect(names(cell("tcp-open", {}, noisy))).toEqual([]);
  });
});

describe("what did not come back", () => {
  const lossy = (lost: number, what: "lost" | "failed" = "lost") => ({ counts: { offered: 1000, forwarded: 1000 - lost, [what]: lost } });
  const faster: CellRatio = { ...RATIO, median: 1.3, low: 1.2, high: 1.4, verdict: "faster" };

  test("is flagged, and takes a percentile away that lies among it", () => {
    expect(only(cell("http", lossy(20, "failed")))).toMatchObject({ check: "losses", severity: "flag" });
    expect(only(cell("http.p50", lossy(20, "failed")))).toMatchObject({ check: "losses", severity: "flag" });
    expect(only(cell("http.p99", lossy(20, "failed")))).toMatchObject({ check: "losses", severity: "refuse" });
    expect(only(cell("latency.icmp", lossy(20)))).toMatchObject({ check: "losses", severity: "flag" });
    expect(only(cell("latency.icmp", lossy(950)))).toMatchObject({ check: "losses", severity: "refuse" });
  });

  test("never makes a path faster than the host", () => {
    expect(doubtsOf(cell("http", lossy(20, "failed"), {}, { ratio: faster }))[0]).toMatchObject({ check: "losses", severity: "refuse" });
  });

  test("is no doubt where it is chance, or where nothing can be lost", () => {
    expect(names(cell("latency.icmp", (round) => (round < 2 ? lossy(1) : lossy(0))))).toEqual([]);
    expect(names(cell("http", lossy(4, "failed")))).toEqual([]);
    expect(names(cell("tcp-open"))).toEqual([]);
  });
});

describe("a flood", () => {
  const flood = (offered: number, forwarded: number) => ({
    values: { pps: 1e6 },
    counts: { offered, forwarded, lost: offered - forwarded },
  });
  const faster: CellRatio = { ...RATIO, median: 1.3, low: 1.2, high: 1.4, verdict: "faster" };

  test("with losses is flagged, and refused where it looks faster than the host", () => {
    expect(only(cell("pps", flood(1000, 800), flood(1000, 999)))).toMatchObject({ check: "udp-loss", severity: "flag" });
    const doubts = doubtsOf(cell("pps", flood(1000, 800), flood(1000, 999), { ratio: faster }));
    expect(doubts[0]).toMatchObject({ check: "udp-loss", severity: "refuse" });
  });

  test("without any that is as fast as the host's is a lower bound", () => {
    const doubt = only(cell("pps", flood(1000, 1000), flood(1000, 1000)));
    expect(doubt).toMatchObject({ check: "generator-bound", severity: "flag" });
    expect(doubt.sentence).toContain("1.00 Mframe/s");
    expect(names(cell("pps", flood(1000, 1000), flood(1000, 1000), { ratio: { ...RATIO, verdict: "slower" } }))).toEqual([]);
  });
});

describe("tools-disagree where the kernel gave the figure", () => {
  const counted = (of: Record<string, number>): Partial<Observation> => ({
    ...facts({ loadSeconds: 0.09, ...of }),
    counts: { offered: 10_000, forwarded: 10_000 },
  });

  test("only doubts a trafgen that counts otherwise, since nothing of the figure is its own", () => {
    expect(only(cell("pps", counted({ toolFrames: 100_000 })))).toMatchObject({ check: "tools-disagree", severity: "flag" });
  });

  test("refuses bytes beyond what was sent: other traffic is in the figure, as where a host's own counters are read", () => {
    const stream = (arrivedBytes: number) => ({ work: 0.01, ...facts({ loadSeconds: 0.09, sentBytes: 12e6, arrivedBytes }) });
    expect(only(cell("tcp-open", stream(14e6), stream(12e6)))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(only(cell("tcp-open", some(2, stream(14e6))))).toMatchObject({ check: "tools-disagree", severity: "flag" });
    expect(names(cell("tcp-open", stream(12.3e6), stream(12e6)))).toEqual([]);
  });

  test("only doubts an iperf3 that says to have sent more than arrived", () => {
    const boasts = { work: 0.01, ...facts({ loadSeconds: 0.09, sentBytes: 99e9, arrivedBytes: 12e6 }) };
    expect(only(cell("tcp-open", boasts, boasts))).toMatchObject({ check: "tools-disagree", severity: "flag" });
  });

  test("refuses an ab that counts otherwise, whose share of answered requests is a part of the figure", () => {
    expect(only(cell("http", counted({ connections: 1_000 })))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
    expect(only(cell("http-keepalive", counted({ answers: 1_000 })))).toMatchObject({ check: "tools-disagree", severity: "refuse" });
  });
});

test("cpu-bound tells a full CPU from a full link, on capped links only", () => {
  const proxy = { values: { tcp: 0.4e9 }, ...facts({ busiestCpu: 0.097 }) };
  const at = (low: number, high: number) => ({ cap: 1e9, ratio: { ...RATIO, median: 0.4, low, high, verdict: "slower" as const } });
  expect(only(cell("tcp", proxy, {}, at(0.3, 0.5)))).toMatchObject({ check: "cpu-bound", severity: "flag" });
  expect(names(cell("tcp", proxy, {}, { ...at(0.3, 0.5), cap: undefined }))).toEqual([]);
  expect(names(cell("tcp", proxy, {}, at(0.3, 0.97)))).toEqual([]);
  expect(names(cell("tcp", { ...proxy, ...facts({ busiestCpu: 0.04 }) }, {}, at(0.3, 0.5)))).toEqual([]);
});

test("retransmissions count where the host has fewer", () => {
  const lossy = facts({ segments: 5000, retransmitted: 150 });
  expect(only(cell("tcp-open", lossy)).sentence).toContain("3 % of 150\u00a0000 TCP segments were retransmitted (host 0 %)");
  expect(names(cell("tcp-open", lossy, lossy))).toEqual([]);
});

test("small-window tells a window that never opened", () => {
  expect(only(cell("tcp-open", facts({ mss: 1448, maxCwndBytes: 14_480 })))).toMatchObject({ check: "small-window", severity: "flag" });
  expect(names(cell("tcp-open", facts({ mss: 1448, maxCwndBytes: 60_000 })))).toEqual([]);
});

describe("faster-than-host", () => {
  const faster: CellRatio = { ...RATIO, median: 1.3, low: 1.2, high: 1.4, verdict: "faster" };

  test("looks for the reason in the CPU spent on the same work", () => {
    expect(only(cell("http", {}, {}, { ratio: faster })).sentence).toContain(
      "the CPU cost does not explain it (10.0 CPU s/thousand requests against 10.0 CPU s/thousand requests)",
    );
    expect(only(cell("http", { work: 0.02 }, {}, { ratio: faster })).sentence).toContain("so it skips part of the host's path");
    expect(only(cell("http.cpu", { work: 0.02 }, {}, { ratio: faster })).sentence).toContain("either it skips part of the host's path, or");
  });

  test("knows that hosts with rules may be slower than their pods", () => {
    const ratioConfigured: CellRatio = { ...faster, baseline: "host-configured" };
    expect(only(cell("http", {}, {}, { ratioConfigured })).sentence).toContain("host traffic traverses rules that pod traffic bypasses");
  });
});

test("every check is in the list, and a doubt's figures carry a unit", () => {
  const raised = new Set<CheckName>();
  const all = [
    cell(
      "tcp",
      {
        values: { tcp: 1e8 },
        ...facts({
          seconds: 9,
          mss: 1000,
          plannedMtu: 1500,
          maxCwndBytes: 10,
          throttledMs: 90,
          suspendedMs: 900,
          segments: 10,
          retransmitted: 5,
          drained: 0,
          arrivedBytes: 1,
          busiestCpu: 1,
        }),
      },
      {},
      { cap: 1e9, ratio: { ...RATIO, low: 0.1, high: 0.2, verdict: "slower" } },
    ),
    cell(
      "pps",
      { counts: { offered: 10, forwarded: 10 }, cpu: { busy: 0.1, softirq: 0, steal: 0.1, idle: 0 } },
      { counts: { offered: 10, forwarded: 10 } },
      { ratio: { ...RATIO, verdict: "faster", restarts: 5, halves: { median: 2, low: 1.9, high: 2.1 } } },
    ),
    cell("tcp", {}, {}, { congestionControl: { own: "bbr", host: "cubic" } }),
    cell("tcp", facts({ plannedMtu: 1450, stillShare: 0.9 }), facts({ plannedMtu: 1500 }), { cap: 1e9 }),
    cell("tcp", {}, { values: { tcp: 1e6 }, ...facts({ busiestCpu: 0.01 }) }, { cap: 1e9 }),
    cell("http", facts({ tracked: 65_000, trackedMost: 65_536 })),
    cell("latency.icmp", { counts: { offered: 10, forwarded: 9, lost: 1 } }),
    cell("latency.tcp.p50", {}, {}, { idle: { busy: 1, all: 2, seconds: 1 } }),
    cell("pps", { counts: { offered: 10, forwarded: 1 } }, (_, turn) => ({ values: { pps: turn === 0 ? 1e9 : 5e9 } })),
  ];
  for (const doubt of all.flatMap(doubtsOf)) {
    raised.add(doubt.check);
    expect(doubt.sentence).not.toMatch(/NaN|Infinity|undefined/);
    for (const { what, value, unit } of doubt.evidence)
      expect([what !== "", Number.isFinite(value), unit !== ""]).toEqual([true, true, true]);
  }
  expect([...raised].sort()).toEqual([...CHECKS].sort());
});
