import { describe, expect, test } from "vitest";
import { syntheticRun, withPaths } from "../../test/synthetic/run.js";
import type { Advised } from "../model/adviser.js";
import type { Observation, Run } from "../model/run.js";
import { type Cell, type Summary, summarySchema } from "../model/summary.js";
import { randomFrom } from "../statistics/random.js";
import { summarise } from "./summarise.js";

const noAdvice = (): Advised => ({ ranking: [], excluded: [], advice: "" });
const summaryOf = (run: Run): Summary => summarise(run, noAdvice);

function cellOf(summary: Summary, mode: string, metric: string, path = mode === "host" ? "host-host" : "pod-pod"): Cell {
  const cell = summary.modes.find((one) => one.mode === mode)?.cells.find((one) => one.metric === metric && one.path === path);
  if (cell === undefined) throw new Error(`no cell ${mode} ${metric} ${path}`);
  return cell;
}

const METRIC_OF = { tcp: "tcp", "tcp-open": "tcp-open", "latency.icmp": "latency.icmp", "latency.udp": "latency.udp.p50" } as const;

/** A run with one mode at a true ratio, alternating with two observations of the host a round. */
function plainRun(options: {
  readonly rounds: number;
  readonly observe: (round: number, mode: string, path: Observation["path"]) => Partial<Observation>;
  readonly workload?: keyof typeof METRIC_OF;
  readonly metrics?: readonly string[];
  readonly configured?: boolean;
  readonly modes?: Run["modes"];
}): Run {
  const workload = options.workload ?? "tcp-open";
  const paths: [string, Observation["path"]][] = [
    ["host", "host-host"],
    ["pods", "pod-pod"],
    ...(options.configured === true ? [["pods", "host-host"] as [string, Observation["path"]]] : []),
    ["host", "host-host"],
  ];
  const observations = Array.from({ length: options.rounds }, (_, round) =>
    paths.map(([mode, path], position): Observation => {
      const cpu = { busy: 1, softirq: 0.25, steal: 0, idle: 1 };
      return {
        workload,
        round,
        position,
        mode,
        path,
        startedAt: round,
        elapsed: 1,
        values: {},
        work: 1,
        cpu,
        ...options.observe(round, mode, path),
      };
    }),
  ).flat();
  const base = syntheticRun({ rounds: 1 });
  const modes = options.modes ?? [
    { mode: "host", status: "built" },
    { mode: "pods", status: "built" },
  ];
  const metrics = options.metrics ?? [METRIC_OF[workload]];
  const scenario = {
    ...base.scenario,
    modes: ["host", "pods"],
    workloads: [workload],
    metrics: [...metrics],
    configuredBaseline: options.configured ?? false,
  };
  return withPaths({ ...base, scenario, modes, observations });
}

const random = randomFrom(9);
const noise = (spread: number) => Math.exp(spread * (random.next() + random.next() - 1));
const rate =
  (truth: number, spread = 0.02) =>
  (_: number, mode: string) => ({ values: { "tcp-open": 1e9 * (mode === "host" ? 1 : truth) * noise(spread) } });

test("what other programs took of the CPU stands with each figure", () => {
  const reading = { startedAt: 0, elapsed: 1, cpu: { busy: 0.5, softirq: 0, steal: 0, idle: 1.5 } };
  const paths = [
    { mode: "pods", path: "pod-pod" as const },
    { mode: "host", path: "host-host" as const },
  ];
  const run = { ...plainRun({ rounds: 12, observe: rate(0.9) }), idle: [{ paths, readings: [reading, reading, reading] }] };
  for (const mode of ["pods", "host"])
    expect(cellOf(summaryOf(run), mode, "tcp-open").flags?.map(({ check }) => check)).toEqual(["neighbours"]);
  expect(cellOf(summaryOf({ ...run, idle: undefined }), "pods", "tcp-open").flags).toBeUndefined();
});

describe("a path under a condition", () => {
  /** The pods under `tuned`, 20 % faster, in rounds with the pods as built and the host; its paths stand first in the file. */
  function conditionedRun(): Run {
    const plain = plainRun({ rounds: 12, observe: rate(0.5), metrics: ["tcp-open", "tcp-open.cpu"] });
    const tuned = plain.observations.filter(({ mode }) => mode === "pods");
    const faster = tuned.map((one) => ({ ...one, position: 5, condition: "tuned", values: { "tcp-open": 6e8 * noise(0.02) } }));
    const pods = { mode: "pods", path: "pod-pod" } as const;
    const own = { ...pods, condition: "tuned" };
    const label = "pods under tuned";
    const paths = [{ ...own, status: "built" as const }, ...plain.paths];
    const comparisons = [...plain.comparisons, { numerator: own, denominator: pods, baseline: "host" as const, label, decides: true }];
    const reading = { startedAt: 0, elapsed: 1, cpu: { busy: 0.01, softirq: 0, steal: 0, idle: 1 } };
    const hostPath = { mode: "host", path: "host-host" } as const;
    const idle = [{ paths: [pods, hostPath], readings: [reading, reading, reading] }];
    return { ...plain, paths, comparisons, observations: [...plain.observations, ...faster], idle };
  }

  const summary = summaryOf(conditionedRun());
  const mode = summary.modes.find((one) => one.mode === "pods");

  test("has cells of its own, which name it", () => {
    expect(mode?.underConditions?.map(({ metric, condition }) => [metric, condition])).toEqual([
      ["tcp-open", "tuned"],
      ["tcp-open.cpu", "tuned"],
    ]);
    expect(mode?.underConditions?.[0]?.ratio?.median).toBeCloseTo(1.2, 1);
    expect(summarySchema.parse(summary)).toEqual(summary);
  });

  test("is found by no one who looks for a metric and a path", () => {
    expect(mode?.cells.map(({ metric, condition }) => [metric, condition])).toEqual([
      ["tcp-open", undefined],
      ["tcp-open.cpu", undefined],
    ]);
    expect(cellOf(summary, "pods", "tcp-open").ratio?.median).toBeCloseTo(0.5, 1);
    expect(cellOf(summary, "pods", "tcp-open").n).toBe(12);
  });

  test("does not stand for its mode where modes are compared, though it is the first in the file", () => {
    let ratio = Number.NaN;
    summarise(conditionedRun(), (measured) => {
      ratio = Math.exp(measured.between("pods", "host").get("tcp-open")?.estimate ?? Number.NaN);
      return noAdvice();
    });
    expect(ratio).toBeCloseTo(0.5, 1);
  });

  test("has its machines' idle rate, whatever the condition", () => {
    expect(mode?.underConditions?.[1]).toMatchObject({ status: "measured", condition: "tuned" });
  });

  test("of a mode that could not be built has its reason there too", () => {
    const run = conditionedRun();
    const modes = run.modes.map((one) => (one.mode === "pods" ? { ...one, status: "failed" as const, reason: "no link" } : one));
    const failed = summaryOf({ ...run, modes }).modes.find((one) => one.mode === "pods");
    expect(failed?.cells.every(({ condition }) => condition === undefined)).toBe(true);
    expect(failed?.underConditions?.[0]).toMatchObject({ status: "failed", reason: "no link", condition: "tuned" });
  });
});

describe("a whole run", () => {
  test("becomes a valid summary, the same each time", () => {
    const run = syntheticRun({ rounds: 12 });
    const summary = summaryOf(run);
    expect(summarySchema.parse(summary)).toEqual(summary);
    expect(summaryOf(run)).toEqual(summary);
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
  });

  test("has a cell for every metric of every mode, in table order, and none without a number or a reason", () => {
    const run = syntheticRun({ rounds: 6 });
    for (const mode of summaryOf(run).modes) {
      expect(mode.cells.map((cell) => cell.metric)).toEqual(run.scenario.metrics);
      for (const cell of mode.cells) expect(cell.status === "measured" ? cell.median : cell.reason).toBeTruthy();
    }
  });

  test("says which modes and workloads are not there and why", () => {
    const summary = summaryOf(syntheticRun({ rounds: 6 }));
    expect(summary.modes.find(({ mode }) => mode === "vlan")).toMatchObject({ status: "failed" });
    expect(cellOf(summary, "ipvlan-l2", "tcp")).toMatchObject({ status: "unsupported", median: null });
    expect(cellOf(summary, "docker-nat", "latency.icmp")).toMatchObject({
      status: "unsupported",
      reason: "ICMP does not cross a published port",
    });
  });

  test("refuses the CPU cost of ICMP echoes, of the host too: what is seen is ping's waiting", () => {
    const run = syntheticRun({ rounds: 12, workloads: ["latency.icmp"] });
    const summary = summaryOf({ ...run, scenario: { ...run.scenario, metrics: ["latency.icmp", "latency.icmp.cpu"] } });
    for (const mode of ["host", "kindnet"])
      expect(cellOf(summary, mode, "latency.icmp.cpu")).toMatchObject({
        status: "refused",
        reason: expect.stringMatching(/^not known: ping waits busily between its echo requests/) as string,
      });
    expect(cellOf(summary, "kindnet", "latency.icmp").status).toBe("measured");
  });

  test("refuses a cell that lost more than 5 % of its rounds, with the reason of the first", () => {
    const cell = cellOf(summaryOf(syntheticRun({ rounds: 12 })), "kindnet", "pps");
    expect(cell).toMatchObject({ status: "refused", median: null });
    expect(cell.reason).toMatch(/^1 of \d+ rounds were lost, more than 5 %: trafgen/);
    expect(cell.ratio).toBeUndefined();
  });
});

describe("a ratio", () => {
  test("has the interval, verdict, margin and n of its metric", () => {
    const { ratio } = cellOf(summaryOf(plainRun({ rounds: 40, observe: rate(0.8) })), "pods", "tcp-open");
    expect(ratio).toMatchObject({ baseline: "host", verdict: "slower", margin: 0.05, method: "order-statistic" });
    expect(ratio?.low).toBeLessThan(0.8);
    expect(ratio?.high).toBeGreaterThan(0.8);
    expect(ratio?.ratioOfSums).toBeCloseTo(0.8, 1);
  });

  test("stands where its look decided: later rounds do not move it", () => {
    const forty = plainRun({ rounds: 40, observe: rate(0.8, 0.01) });
    const early = { ...forty, observations: forty.observations.filter(({ round }) => round < 15) };
    const decided = cellOf(summaryOf(early), "pods", "tcp-open").ratio;
    expect(decided?.n).toBe(9);
    expect(cellOf(summaryOf(forty), "pods", "tcp-open").ratio).toEqual(decided);
  });

  test("is undecided without an interval below 3 rounds, and by t up to 8", () => {
    const two = cellOf(summaryOf(plainRun({ rounds: 2, observe: rate(0.5) })), "pods", "tcp-open").ratio;
    expect(two).toMatchObject({ low: null, high: null, verdict: "undecided", method: "none", n: 2 });
    const six = cellOf(summaryOf(plainRun({ rounds: 6, observe: rate(0.5) })), "pods", "tcp-open").ratio;
    expect(six).toMatchObject({ verdict: "slower", method: "t-small-n", n: 6 });
  });

  test("of a time is slower when it is longer", () => {
    const observe = (_: number, mode: string) => ({ histogram: spread(mode === "host" ? 20 : 30) });
    const { ratio, median } = cellOf(summaryOf(plainRun({ rounds: 12, workload: "latency.udp", observe })), "pods", "latency.udp.p50");
    expect(ratio).toMatchObject({ verdict: "slower", method: "t-starts", starts: 9 });
    expect(ratio?.median).toBeCloseTo(1.5, 1);
    expect(median).toBeGreaterThan(29);
  });

  test("of a path that never moved anything is 0, and slower", () => {
    const observe = (_: number, mode: string) => ({ values: { "tcp-open": mode === "host" ? 1e9 * noise(0.1) : 0 } });
    const cell = cellOf(summaryOf(plainRun({ rounds: 12, observe })), "pods", "tcp-open");
    expect(cell).toMatchObject({ status: "measured", median: 0, ratio: { median: 0, low: 0, high: 0, verdict: "slower" } });
  });

  test("uses the capped margin for tcp on a capped link only, and never for CPU cost", () => {
    const capped = plainRun({
      rounds: 12,
      workload: "tcp",
      metrics: ["tcp", "tcp.cpu"],
      observe: (_, mode) => ({ values: { tcp: (mode === "host" ? 1 : 0.9) * noise(0.01) } }),
    });
    expect(cellOf(summaryOf(capped), "pods", "tcp").ratio?.margin).toBe(0.02);
    expect(cellOf(summaryOf(capped), "pods", "tcp.cpu").ratio?.margin).toBe(0.05);
    const uncapped = { ...capped, scenario: { ...capped.scenario, linkBitsPerSecond: null } };
    expect(cellOf(summaryOf(uncapped), "pods", "tcp").ratio?.margin).toBe(0.05);
  });
});

/** Values around a middle, so that a percentile is not always the same bin. */
function spread(middle: number): [number, number][] {
  return [0.9, 0.95, 1, 1.05, 1.1].map((part) => [Number((middle * part * noise(0.02)).toPrecision(3)), 100]);
}

describe("percentiles", () => {
  test("need 20 samples beyond them, on both sides", () => {
    const few = plainRun({
      rounds: 9,
      workload: "latency.udp",
      metrics: ["latency.udp.p99.9"],
      observe: () => ({ histogram: spread(20) }),
    });
    expect(cellOf(summaryOf(few), "pods", "latency.udp.p99.9")).toMatchObject({
      status: "refused",
      reason: "too few samples: 4500 of 20000",
      median: null,
    });
    const fewOnHost = plainRun({
      rounds: 9,
      workload: "latency.udp",
      metrics: ["latency.udp.p99"],
      observe: (_, mode) => ({ histogram: mode === "host" ? [[20, 10]] : spread(20) }),
    });
    expect(cellOf(summaryOf(fewOnHost), "pods", "latency.udp.p99").reason).toBe("host host-host: too few samples: 180 of 2000");
  });

  test("are pooled: one bad round shows in the tail, which a median of rounds would hide", () => {
    const observe = (round: number, mode: string) => ({
      histogram:
        round === 4 && mode !== "host"
          ? ([
              [20, 250],
              [900, 250],
            ] as [number, number][])
          : spread(20),
    });
    const cell = cellOf(
      summaryOf(plainRun({ rounds: 9, workload: "latency.udp", metrics: ["latency.udp.p99"], observe })),
      "pods",
      "latency.udp.p99",
    );
    expect(cell.median).toBeGreaterThan(850);
  });

  /** A run whose rounds take turns at so many starts, each of which moves the pods' times by so much. */
  const started = (starts: number, effect: number) => {
    const shift = Array.from({ length: starts }, () => Math.exp(effect * (random.next() - 0.5)));
    const observe = (round: number, mode: string) => {
      const restart = round % starts;
      return { how: "burst" as const, restart, histogram: spread(mode === "host" ? 20 : 20 * (shift[restart] ?? 1)) };
    };
    return cellOf(summaryOf(plainRun({ rounds: 20, workload: "latency.udp", observe })), "pods", "latency.udp.p50").ratio;
  };

  test("rest on five starts of their clients: fewer have no interval and no verdict", () => {
    expect(started(4, 0)).toMatchObject({ low: null, high: null, method: "none", verdict: "undecided", starts: 4 });
    expect(started(5, 0)).toMatchObject({ method: "t-starts", verdict: "same", starts: 5 });
  });

  test("have the interval of their starts: more rounds of the same starts do not hide what differs between them", () => {
    const width = ({ low, high }: { low: number | null; high: number | null }): number => Math.log((high ?? NaN) / (low ?? NaN));
    const [alike, apart] = [started(5, 0), started(5, 0.6)];
    expect(width(apart ?? { low: null, high: null })).toBeGreaterThan(5 * width(alike ?? { low: null, high: null }));
  });

  test("say when a burst lost a datagram: the figure is of the others", () => {
    // The cell is decided after the twentieth round; what is lost later speaks of no round behind it.
    const lost = (round: number, mode: string) => mode === "pods" && (round === 7 || round === 30);
    const observe = (round: number, mode: string): Partial<Observation> => ({
      how: "burst",
      restart: round % 5,
      ...(lost(round, mode)
        ? { error: "a datagram was lost", counts: { offered: 1, lost: 1 } }
        : { histogram: [[20, 2500]], counts: { offered: 2500, lost: 0 } }),
    });
    const cells = (rounds: number) => cellOf(summaryOf(plainRun({ rounds, workload: "latency.udp", observe })), "pods", "latency.udp.p50");
    expect(cells(7).flags).toBeUndefined();
    expect(cells(40)).toMatchObject({
      status: "measured",
      flags: [{ check: "losses", sentence: "1 of 20 bursts (5 %) lost a datagram and ended there: the figure is of the others" }],
    });
  });

  /** Round trips of which a share outlasts the burst of 40 ms. */
  const outlasting = (share: number, of: (mode: string) => boolean) => {
    const observe = (round: number, mode: string) => ({
      how: "burst" as const,
      restart: round % 5,
      histogram: [[20, 2500]] as [number, number][],
      ...(of(mode) ? { censored: [[40_000, Math.round(2500 * share)]] as [number, number][] } : {}),
    });
    const run = plainRun({ rounds: 10, workload: "latency.udp", metrics: ["latency.udp.p99"], observe });
    return cellOf(summaryOf(run), "pods", "latency.udp.p99");
  };

  test("that outlast their bursts are lower limits, and so is their ratio, without a verdict", () => {
    const cell = outlasting(0.03, (mode) => mode === "pods");
    expect(cell).toMatchObject({ status: "measured", bound: "burst" });
    expect(cell.median).toBeCloseTo(40_000, 6);
    expect(cell.ratio).toMatchObject({ limit: "at-least", low: null, high: null, verdict: "undecided" });
    expect(cell.ratio?.median).toBeCloseTo(2_000, -1);
    expect(outlasting(0.004, (mode) => mode === "pods").bound).toBeUndefined();
  });

  test("of a host that outlasts its bursts make the ratio an upper limit; on both sides there is none", () => {
    expect(outlasting(0.03, (mode) => mode === "host").ratio).toMatchObject({ limit: "at-most", low: null, verdict: "undecided" });
    expect(outlasting(0.03, () => true)).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("outlasted their bursts") as string,
    });
  });

  test("count what was lost with an observation", () => {
    const observe = (round: number) =>
      round === 3
        ? { error: "a datagram was lost", counts: { offered: 1, lost: 1 } }
        : { histogram: spread(20), counts: { offered: 500, lost: 0 } };
    const run = plainRun({ rounds: 30, workload: "latency.udp", observe });
    expect(cellOf(summaryOf(run), "pods", "latency.udp.p50").counts).toEqual({ offered: 29 * 500 + 1, lost: 1 });
  });
});

describe("CPU cost", () => {
  test("is a ratio of sums, with the share of softirq beside it", () => {
    const observe = (round: number, mode: string) => ({
      work: 2,
      cpu: { busy: (mode === "host" ? 1 : 1.5) + 0.1 * (round % 3), softirq: 0.5, steal: 0, idle: 0 },
      values: { "tcp-open": 1e9 },
    });
    const cell = cellOf(summaryOf(plainRun({ rounds: 12, metrics: ["tcp-open.cpu"], observe })), "pods", "tcp-open.cpu");
    expect(cell.median).toBeCloseTo(0.8, 9);
    expect(cell.softirqShare).toBeCloseTo(0.5 / 1.6, 9);
    expect(cell.ratio?.median).toBeCloseTo(1.6 / 1.1, 9);
    expect(cell.ratio).toMatchObject({ method: "bootstrap", verdict: "slower" });
  });

  test("is refused where no work was done", () => {
    const run = plainRun({ rounds: 9, metrics: ["tcp-open.cpu"], observe: (_, mode) => ({ work: mode === "host" ? 1 : 0 }) });
    expect(cellOf(summaryOf(run), "pods", "tcp-open.cpu")).toMatchObject({ status: "refused", median: null });
  });
});

describe("stalls", () => {
  const stalling = (round: number, mode: string) => ({
    values: { "tcp-open": 1e9 * noise(0.2) * (mode === "pods" && round % 5 === 2 ? 0.1 : 1) },
  });

  test("are marked where the sums are worse than the median ratio beyond noise", () => {
    const { ratio } = cellOf(summaryOf(plainRun({ rounds: 60, observe: stalling })), "pods", "tcp-open");
    expect(ratio).toMatchObject({ stalls: true });
    expect(ratio?.median).toBeGreaterThan(0.9);
    expect(ratio?.ratioOfSums).toBeLessThan(0.88);
  });

  test("are not marked in noise: at most one of forty equal pairs", () => {
    const marked = Array.from(
      { length: 40 },
      () => cellOf(summaryOf(plainRun({ rounds: 30, observe: rate(1, 0.3) })), "pods", "tcp-open").ratio?.stalls,
    );
    expect(marked.filter((mark) => mark === true).length).toBeLessThanOrEqual(1);
  });
});

describe("the second baseline", () => {
  const observe = (_: number, mode: string, path: Observation["path"]) => ({
    values: { "tcp-open": 1e9 * noise(0.01) * (mode === "host" ? 1 : path === "host-host" ? 0.9 : 0.72) },
  });
  const summary = summaryOf(plainRun({ rounds: 20, configured: true, observe }));

  test("compares the pods with their own nodes, in the same rounds", () => {
    const cell = cellOf(summary, "pods", "tcp-open");
    expect(cell.ratio?.median).toBeCloseTo(0.72, 1);
    expect(cell.ratioConfigured).toMatchObject({ baseline: "host-configured", verdict: "slower" });
    expect(cell.ratioConfigured?.median).toBeCloseTo(0.8, 1);
  });

  test("has cells of its own against the bare host", () => {
    expect(cellOf(summary, "pods", "tcp-open", "host-host").ratio?.median).toBeCloseTo(0.9, 1);
  });
});

describe("what was not measured", () => {
  test("is refused with the reason of the run's end", () => {
    const run = { ...plainRun({ rounds: 0, observe: () => ({}) }), status: "partial" as const, partialReason: "interrupted" };
    expect(cellOf(summaryOf(run), "pods", "tcp-open")).toMatchObject({ status: "refused", reason: "not measured: interrupted" });
  });

  test("is failed, mode and all, when every observation failed", () => {
    const run = plainRun({
      rounds: 4,
      observe: (_, mode) => (mode === "host" ? { values: { "tcp-open": 1 } } : { error: "connection refused" }),
    });
    expect(summaryOf(run).modes[1]).toMatchObject({ status: "failed", reason: "connection refused" });
  });

  test("has no ratio to a host that failed, and the cell says so", () => {
    const run = plainRun({
      rounds: 4,
      observe: (_, mode) => (mode === "host" ? { error: "connection refused" } : { values: { "tcp-open": 1 } }),
    });
    expect(cellOf(summaryOf(run), "pods", "tcp-open")).toMatchObject({ status: "failed", reason: "host host-host: connection refused" });
  });
});

test("counts are those of all observations, beside every number but CPU cost", () => {
  const run = plainRun({
    rounds: 9,
    metrics: ["tcp-open", "tcp-open.cpu"],
    observe: () => ({ values: { "tcp-open": 1 }, counts: { offered: 10, lost: 1 } }),
  });
  expect(cellOf(summaryOf(run), "pods", "tcp-open")).toMatchObject({ counts: { offered: 90, lost: 9 }, delivered: 0.9 });
  expect(cellOf(summaryOf(run), "host", "tcp-open").counts).toEqual({ offered: 180, lost: 18 });
  const cost = cellOf(summaryOf(run), "pods", "tcp-open.cpu");
  expect([cost.counts, cost.delivered]).toEqual([undefined, undefined]);
});

test("what was refused for its losses says how much of it was delivered", () => {
  const counts = (mode: string) => (mode === "host" ? { offered: 20, forwarded: 20, lost: 0 } : { offered: 20, forwarded: 15, lost: 5 });
  const observe = (_: number, mode: string) => ({ values: { "latency.icmp": mode === "host" ? 30 : 20 }, counts: counts(mode) });
  const summary = summaryOf(plainRun({ rounds: 20, workload: "latency.icmp", observe }));
  expect(cellOf(summary, "host", "latency.icmp").delivered).toBe(1);
  expect(cellOf(summary, "pods", "latency.icmp")).toMatchObject({ status: "refused", median: null, delivered: 0.75 });
});

describe("what speaks against a figure", () => {
  const observe = (facts: Record<string, number>) => (round: number, mode: string) => ({
    ...rate(0.8)(round, mode),
    ...(mode === "host" ? {} : { facts }),
  });

  test("flags its cell and leaves the figure", () => {
    const cell = cellOf(summaryOf(plainRun({ rounds: 20, observe: observe({ segments: 1000, retransmitted: 50 }) })), "pods", "tcp-open");
    expect(cell).toMatchObject({ status: "measured", ratio: { verdict: "slower" }, flags: [{ check: "retransmissions" }] });
  });

  test("refuses its cell with the check's name before the reason", () => {
    const cell = cellOf(summaryOf(plainRun({ rounds: 20, observe: observe({ mss: 1398, plannedMtu: 1500 }) })), "pods", "tcp-open");
    expect(cell).toMatchObject({ status: "refused", median: null });
    expect(cell.reason).toMatch(/^mtu: the MSS is 1398 bytes/);
    expect(cell.ratio).toBeUndefined();
  });

  test("counts in the rounds behind the ratio only: what comes after the look that decided changes nothing", () => {
    const late = (round: number, mode: string) => ({
      ...rate(0.8, 0.01)(round, mode),
      ...(round < 15 ? {} : { facts: { mss: 1398, plannedMtu: 1500 } }),
    });
    expect(cellOf(summaryOf(plainRun({ rounds: 40, observe: late })), "pods", "tcp-open")).toMatchObject({
      status: "measured",
      ratio: { n: 9 },
    });
  });
});

describe("when a cell was decided", () => {
  test("stands with its look, round and moment", () => {
    const { ratio } = cellOf(summaryOf(plainRun({ rounds: 40, observe: rate(0.8, 0.01) })), "pods", "tcp-open");
    expect(ratio).toMatchObject({ decided: { look: 3, round: 8, seconds: 9 } });
    expect(ratio?.stillNeeds).toBeUndefined();
  });

  test("at the end of the budget, or what it still needs", () => {
    expect(cellOf(summaryOf(plainRun({ rounds: 6, observe: rate(0.5) })), "pods", "tcp-open").ratio).toMatchObject({
      decided: { look: "end", round: 5 },
    });
    const { ratio } = cellOf(summaryOf(plainRun({ rounds: 12, observe: rate(0.94, 0.2) })), "pods", "tcp-open");
    expect(ratio).toMatchObject({ verdict: "undecided" });
    expect(ratio?.decided).toBeUndefined();
    expect(ratio?.stillNeeds?.rounds).toBeGreaterThan(0);
    // A round of this run takes a second.
    expect(ratio?.stillNeeds?.seconds).toBe(ratio?.stillNeeds?.rounds);
  });
});

describe("starts of load generators", () => {
  /** Thirty slices of five starts, each of which draws a level of its own. */
  const started = (levels: readonly number[]): Run => {
    const run = plainRun({
      rounds: 30,
      observe: (round, mode) => {
        const restart = Math.floor(round / 6);
        const ratio = mode === "host" ? 1 : (levels[restart] ?? 1) * (1 + ((round * 7) % 5) * 1e-4);
        return { how: "slice", restart, values: { "tcp-open": 1e9 * ratio } };
      },
    });
    return { ...run, scenario: { ...run.scenario, strategy: "auto" } };
  };

  test("are the units of a figure that depends on them", () => {
    const { ratio, flags } = cellOf(summaryOf(started([0.8, 1.1, 0.9, 1.2, 1])), "pods", "tcp-open");
    expect(ratio).toMatchObject({ restarts: 5, method: "t-small-n", verdict: "undecided", n: 30 });
    expect(flags?.map(({ check }) => check)).toContain("restart-effect");
  });

  test("do not hide stalls: the sums are held against the median of the rounds that they are sums of", () => {
    // Four short starts at half the rate, two long ones that stall now and then: the starts' median is half, that of their rounds is not.
    const startOf = (round: number): number => (round < 8 ? Math.floor(round / 2) : round < 34 ? 4 : 5);
    const levelOf = (round: number): number => (round < 8 ? 0.5 : round % 6 === 0 ? 0.4 : 1 + ((round * 7) % 5) * 1e-4);
    const run = plainRun({
      rounds: 60,
      observe: (round, mode) => ({
        how: "slice",
        restart: startOf(round),
        values: { "tcp-open": 1e9 * (mode === "host" ? 1 : levelOf(round)) },
      }),
    });
    const { ratio } = cellOf(
      summaryOf({ ...run, scenario: { ...run.scenario, strategy: "auto", margin: { capped: 0.02, open: 1e-9 } } }),
      "pods",
      "tcp-open",
    );
    expect(ratio).toMatchObject({ restarts: 6, stalls: true });
  });

  test("are no units where they do not matter", () => {
    const { ratio } = cellOf(summaryOf(started([1, 1, 1, 1, 1])), "pods", "tcp-open");
    expect(ratio?.restarts).toBeUndefined();
    expect(ratio?.method).toBe("order-statistic");
  });
});

test("a ratio that drifts has its halves, and says so", () => {
  // It straddles the margin all the time, so that no look ends it.
  const level = (round: number): number => (round < 20 ? 1.05 : 0.8) + (round % 2 === 0 ? 0.04 : -0.04);
  const run = plainRun({ rounds: 40, observe: (round, mode) => ({ values: { "tcp-open": 1e9 * (mode === "host" ? 1 : level(round)) } }) });
  const { ratio, flags } = cellOf(summaryOf(run), "pods", "tcp-open");
  expect(ratio?.halves?.median).toBeCloseTo(1.05 / 0.8, 1);
  expect(flags?.map(({ check }) => check)).toContain("drift");
});

describe("a saved run", () => {
  test("is read by how it was observed, whatever would be observed by slices today", () => {
    const { observations, ...rest } = plainRun({
      rounds: 30,
      observe: (_, mode) => ({ how: "slice", values: { "tcp-open": mode === "pods" ? 5e8 : 1e9 } }),
    });
    const once: Run = {
      ...rest,
      scenario: { ...rest.scenario, workloads: ["tcp8"], metrics: ["tcp8"] },
      observations: observations.map((one) => ({ ...one, workload: "tcp8", values: { tcp8: one.values["tcp-open"] ?? 0 } })),
    };
    const { status, ratio } = cellOf(summaryOf(once), "pods", "tcp8");
    // Decided at the first look that slices get.
    expect([status, ratio?.verdict, ratio?.n]).toEqual(["measured", "slower", 25]);
    expect(ratio?.median).toBeCloseTo(0.5);
  });
});

test("a path that was given up before any round reached it has failed, with its reason; others were only not reached", () => {
  const run = plainRun({ rounds: 0, observe: () => ({}) });
  const givenUp = [
    { workload: "tcp-open", how: "trial", mode: "host", path: "host-host", reason: "iperf3 does not listen", at: 12 },
  ] as const;
  const summary = summaryOf({ ...run, givenUp: [...givenUp] });
  expect(cellOf(summary, "host", "tcp-open")).toMatchObject({ status: "failed", reason: "iperf3 does not listen" });
  expect(cellOf(summary, "pods", "tcp-open")).toMatchObject({
    status: "refused",
    reason: expect.stringContaining("budget ended") as string,
  });
});
