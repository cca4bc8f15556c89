import { describe, expect, test } from "vitest";
import { findMetric } from "../../model/metric.js";
import type { IdleReading, Observation } from "../../model/run.js";
import { randomFrom } from "../../statistics/random.js";
import { CampaignSources } from "./campaign-sources.js";
import { IdleCpu } from "./idle-cpu.js";
import { PairedCell } from "./paired-cell.js";
import { drawsOf } from "./pooled.js";

const HOST = { mode: "host", path: "host-host" } as const;
const PODS = { mode: "vxlan", path: "pod-pod" } as const;

const reading = (busy: number, startedAt = 0, elapsed = 0.2): IdleReading => ({
  startedAt,
  elapsed,
  cpu: { busy, softirq: busy / 4, steal: 0, idle: 0 },
});
const idleOf = (...readings: readonly IdleReading[]): IdleCpu => new IdleCpu([{ paths: [HOST, PODS], readings: [...readings] }]);

/** The ratio of CPU costs after 40 rounds, in which the pods' path spends twice the CPU time of the host's on top of what the machine does anyway. */
function costRatio(background: number, idle: IdleCpu, rounds = 40) {
  const metric = findMetric("pps.cpu");
  if (metric === undefined) throw new Error("no metric pps.cpu");
  const sources = new CampaignSources(drawsOf(1), idle);
  const cell = new PairedCell({ ...sources.of("pps/trial"), metric, numerator: PODS, denominator: HOST });
  for (let round = 0; round < rounds; round += 1) {
    for (const [place, spent] of [
      [HOST, 0.05],
      [PODS, 0.1],
    ] as const) {
      const busy = spent + background * 0.1 + 0.002 * (round % 3);
      sources.add(observation(place, round, busy));
    }
    cell.see(round);
  }
  return cell.estimate(0.95);
}

const observation = (place: typeof HOST | typeof PODS, round: number, busy: number): Observation => ({
  ...place,
  workload: "pps",
  how: "trial",
  round,
  position: 0,
  startedAt: 10 + round,
  elapsed: 0.1,
  values: { pps: 1e6 },
  work: 0.1,
  cpu: { busy, softirq: 0, steal: 0, idle: 0 },
});

describe("CPU cost is what a load adds", () => {
  test("so that 64 CPUs which do a little anyway do not hide that a path costs twice as much", () => {
    const everything = costRatio(0.64, new IdleCpu(undefined));
    expect(everything).toMatchObject({ kind: "estimated" });
    if (everything.kind === "estimated") expect(Math.exp(everything.centre)).toBeLessThan(1.5);
    const net = costRatio(0.64, idleOf(...Array.from({ length: 12 }, (_, nth) => reading(0.128 + 0.01 * ((nth % 3) - 1)))));
    if (net.kind !== "estimated" || net.interval === undefined) throw new Error(JSON.stringify(net));
    // What rounds add by chance, 2 ms on average, is on top of both.
    expect(Math.exp(net.centre)).toBeCloseTo(0.102 / 0.052, 2);
    expect(Math.exp(net.interval.low)).toBeLessThan(2);
    expect(Math.exp(net.interval.high)).toBeGreaterThan(1.9);
  });

  test("with an interval that is the wider the less is known of the idle rate", () => {
    const width = (idle: IdleCpu): number => {
      const cell = costRatio(0.64, idle);
      if (cell.kind !== "estimated" || cell.interval === undefined) throw new Error(JSON.stringify(cell));
      return cell.interval.high - cell.interval.low;
    };
    const few = idleOf(reading(0.128), reading(0.128), reading(0.128));
    const many = idleOf(...Array.from({ length: 50 }, () => reading(0.128)));
    expect(width(few)).toBeGreaterThan(2 * width(many));
  });

  test("and has an interval wherever it is not refused, however near the error of the idle rate", () => {
    // 0.5 and 1 CPU seconds a second beside an idle rate that is known to 0.2.
    const cell = costRatio(0.64, idleOf(...[0.06, 0.2, 0.1, 0.152].map((busy) => reading(busy))));
    expect(cell).toMatchObject({ kind: "estimated" });
    if (cell.kind === "estimated") expect(cell.interval).toBeDefined();
  });

  test("and stays what it was when its cell was decided, whatever is read later", () => {
    const before = Array.from({ length: 3 }, () => reading(0.128));
    const later = Array.from({ length: 9 }, () => reading(0.2, 1_000));
    expect(costRatio(0.64, idleOf(...before, ...later))).toEqual(costRatio(0.64, idleOf(...before)));
  });

  test("and is refused where it is lost in what the machine does anyway", () => {
    const unsteady = idleOf(reading(0), reading(0.8), reading(0.1), reading(0.5));
    expect(costRatio(0.64, unsteady)).toMatchObject({
      kind: "impossible",
      reason: expect.stringMatching(
        /lost in what the machine does anyway: .* CPU seconds a second under load, 1\.750 \(standard error/,
      ) as string,
    });
  });

  test("and refused with the cause where the idle CPUs could not be read", () => {
    const unread = new IdleCpu([{ paths: [HOST, PODS], readings: [], failure: "the agent did not answer" }]);
    expect(costRatio(0, unread)).toEqual({
      kind: "impossible",
      reason: "the idle CPUs were read 0 times of at least 3: the agent did not answer",
    });
  });
});

describe("the idle rate", () => {
  test("is that of the path's own machines, up to the moment that is asked for", () => {
    const idle = new IdleCpu([]);
    idle.add({ paths: [HOST], readings: [reading(0.02, 1), reading(0.02, 2), reading(0.02, 3)] });
    idle.add({ paths: [PODS], readings: [reading(0.2, 1), reading(0.2, 2), reading(0.2, 3)] });
    idle.add({ paths: [HOST], readings: [reading(0.1, 9)] });
    expect(idle.rateOf(HOST)).toMatchObject({ busy: expect.closeTo(0.2) as number, softirq: expect.closeTo(0.05) as number });
    expect(idle.rateOf(HOST, 4)).toMatchObject({ busy: expect.closeTo(0.1) as number });
    expect(idle.rateOf(PODS)).toMatchObject({ busy: expect.closeTo(1) as number });
    expect(idle.rateOf(HOST, 2.5)).toEqual({ unknown: "the idle CPUs were read 2 times of at least 3" });
  });

  test("is also that of paths which only a resumed run could build", () => {
    const idle = new IdleCpu([{ paths: [HOST], readings: [reading(0.02), reading(0.02), reading(0.02)] }]);
    idle.add({ paths: [HOST, PODS], readings: [reading(0.1)] });
    expect(idle.rateOf(PODS)).toMatchObject({ busy: expect.closeTo(0.2) as number });
  });

  test("of a run without readings is none: its costs are of everything that the machines did", () => {
    expect(new IdleCpu(undefined).rateOf(HOST)).toBeUndefined();
  });

  test("is never surer than ticks of 10 ms can make it", () => {
    const rate = idleOf(reading(0), reading(0), reading(0)).rateOf(HOST);
    expect(rate).toMatchObject({ busy: 0, error: expect.closeTo(0.01 / 0.6) as number });
  });

  test.each([3, 5, 30])("has an error that covers the truth of an unsteady machine, by %i readings", (count) => {
    const random = randomFrom(3);
    const trials = 2_000;
    let covered = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const readings = Array.from({ length: count }, () => reading(random.integer(21) * 0.01));
      const rate = idleOf(...readings).rateOf(HOST);
      if (rate === undefined || "unknown" in rate) throw new Error("no rate");
      // Ten ticks on average in 0.2 s.
      if (Math.abs(rate.busy - 0.5) <= 2 * rate.error) covered += 1;
    }
    expect(covered / trials).toBeGreaterThan(0.93);
  });
});
