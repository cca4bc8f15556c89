import { describe, expect, test } from "vitest";
import { findMetric } from "../../model/metric.js";
import type { IdleReading, Observation } from "../../model/run.js";
import { randomFrom } from "../../statistics/random.js";
import { CampaignSources } from "./campaign-sources.js";
import { IdleCpu } from "./idle-cpu.js";
import { type CellEstimate, PairedCell } from "./paired-cell.js";
import { drawsOf } from "./pooled.js";

const HOST = { mode: "host", path: "host-host" } as const;
const PODS = { mode: "vxlan", path: "pod-pod" } as const;
const BURST = 0.04;

type Cost = (start: number, round: number) => number;
/** How a cost is observed: over how many starts of so many rounds. */
interface Setting {
  readonly starts?: number;
  readonly perStart?: number;
  readonly workload?: Observation["workload"];
  readonly idle?: IdleCpu;
}

interface Costs {
  readonly host: Cost;
  readonly pods: Cost;
}

/** CPU seconds that an observation of 40 ms and one unit of work took, in rounds that are spread over starts as a run's are: one start after the other. */
function costRatio({ host, pods }: Costs, setting: Setting = {}): CellEstimate {
  const { starts = 5, perStart = 4, workload = "latency.udp", idle = new IdleCpu(undefined) } = setting;
  const metric = findMetric(`${workload}.cpu`);
  if (metric === undefined) throw new Error(`no cost of ${workload}`);
  const how = workload === "latency.udp" ? "burst" : "slice";
  const sources = new CampaignSources(drawsOf(1), idle);
  const cell = new PairedCell({ ...sources.of(`${workload}/${how}`), metric, numerator: PODS, denominator: HOST });
  for (let round = 0; round < starts * perStart; round += 1) {
    const restart = round % starts;
    for (const [place, busy] of [
      [HOST, host(restart, round)],
      [PODS, pods(restart, round)],
    ] as const) {
      const cpu = { busy, softirq: 0, steal: 0, idle: 0 };
      sources.add({
        ...place,
        workload,
        how,
        round,
        restart,
        position: 0,
        startedAt: 10 + round,
        elapsed: BURST,
        values: {},
        work: 1,
        cpu,
      });
    }
    cell.see(round);
  }
  return cell.estimate(0.95);
}

function intervalOf(estimate: CellEstimate) {
  if (estimate.kind !== "estimated" || estimate.interval === undefined) throw new Error(JSON.stringify(estimate));
  return estimate.interval;
}

const halfWidth = (estimate: CellEstimate): number => (intervalOf(estimate).high - intervalOf(estimate).low) / 2;

describe("the cost of clients that stay", () => {
  test("has the interval of its starts: t with four degrees of freedom around the pooled ratio", () => {
    const shifts = [-0.02, -0.01, 0, 0.01, 0.02];
    const estimate = costRatio({ host: () => 0.05, pods: (start) => 0.05 * (1 + (shifts[start] ?? 0)) });
    expect(estimate).toMatchObject({ kind: "estimated", starts: 5, interval: { method: "t-starts" } });
    // sd 0.01 sqrt(2.5), 2.776 sd / sqrt(5) = 0.01963; rounds of a start do not differ, so that 20 of them would make it half as wide.
    expect(intervalOf(estimate).low).toBeCloseTo(-0.01963, 5);
    expect(intervalOf(estimate).high).toBeCloseTo(0.01963, 5);
  });

  test("does not count what a start changes on both sides alike", () => {
    const both: Cost = (start) => 0.05 * (1 + 0.1 * (start - 2));
    expect(halfWidth(costRatio({ host: both, pods: (start, round) => 2 * both(start, round) }))).toBeCloseTo(0, 10);
  });

  test("has none by fewer than five starts, however many rounds", () => {
    const estimate = costRatio({ host: () => 0.05, pods: (start) => 0.05 + 0.001 * start }, { starts: 4, perStart: 20 });
    expect(estimate).toMatchObject({ kind: "estimated", interval: undefined, starts: 4 });
  });

  test("holds the truth as often as it says where starts differ by more than rounds, and where ticks are coarse", () => {
    const random = randomFrom(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const experiments = 400;
    let covered = 0;
    for (let experiment = 0; experiment < experiments; experiment += 1) {
      const shifts = { host: Array.from({ length: 5 }, () => 0.1 * normal()), pods: Array.from({ length: 5 }, () => 0.1 * normal()) };
      const ticks =
        (side: "host" | "pods"): Cost =>
        (start) => {
          const share = 0.6 * Math.exp(shifts[side][start] ?? 0);
          return 0.01 * Array.from({ length: 8 }, () => random.next()).filter((drawn) => drawn < share).length;
        };
      const estimate = costRatio({ host: ticks("host"), pods: ticks("pods") }, { perStart: 8 });
      const { low, high } = intervalOf(estimate);
      if (low <= 0 && high >= 0) covered += 1;
    }
    expect(covered / experiments).toBeGreaterThan(0.93);
  });

  test("and has one although a start's few ticks leave nothing beyond the idle rate", () => {
    const reading: IdleReading = { startedAt: 0, elapsed: 0.2, cpu: { busy: 0.02, softirq: 0, steal: 0, idle: 0 } };
    const idle = new IdleCpu([{ paths: [HOST, PODS], readings: Array.from({ length: 50 }, () => reading) }]);
    const estimate = costRatio({ host: () => 0.02, pods: (start) => (start === 0 ? 0 : 0.02) }, { perStart: 1, starts: 6, idle });
    expect(intervalOf(estimate).low).toBeLessThan(0);
  });

  test("is the less sure the less is known of the idle rate, but not where its error moves both sides alike", () => {
    const idleOf = (count: number): IdleCpu => {
      const reading: IdleReading = { startedAt: 0, elapsed: 0.2, cpu: { busy: 0.04, softirq: 0, steal: 0, idle: 0 } };
      return new IdleCpu([{ paths: [HOST, PODS], readings: Array.from({ length: count }, () => reading) }]);
    };
    const jitter = (start: number): number => 0.0005 * (start - 2);
    const twice = { host: (start: number) => 0.03 + jitter(start), pods: () => 0.06 };
    expect(halfWidth(costRatio(twice, { idle: idleOf(3) }))).toBeGreaterThan(1.5 * halfWidth(costRatio(twice, { idle: idleOf(200) })));
    const same = { host: (start: number) => 0.03 + jitter(start), pods: () => 0.03 };
    expect(halfWidth(costRatio(same, { idle: idleOf(3) }))).toBeCloseTo(halfWidth(costRatio(same, { idle: idleOf(200) })), 6);
  });
});

describe("the cost of slices", () => {
  const jitter = (round: number): number => 1 + 0.004 * Math.sin(12.9898 * round);

  test("is resampled by rounds where starts do not differ", () => {
    const estimate = costRatio({ host: () => 0.02, pods: (_, round) => 0.02 * jitter(round) }, { workload: "pps", starts: 6 });
    expect(estimate).toMatchObject({ interval: { method: "bootstrap" } });
    expect(estimate).not.toHaveProperty("restarts");
  });

  test("has its starts as units where they do", () => {
    const pods: Cost = (start, round) => 0.02 * jitter(round) * (1 + 0.05 * (start - 2.5));
    expect(costRatio({ host: () => 0.02, pods }, { workload: "pps", starts: 6 })).toMatchObject({
      restarts: 6,
      interval: { method: "t-starts" },
    });
  });
});
