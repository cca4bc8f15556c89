import { describe, expect, test } from "vitest";
import { metricsOf } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import { CampaignSources } from "./campaign-sources.js";
import { CellTracker } from "./cell-tracker.js";
import { IdleCpu } from "./idle-cpu.js";
import { drawsOf } from "./pooled.js";

const PODS = { mode: "vxlan", path: "pod-pod" } as const;
const HOST = { mode: "host", path: "host-host" } as const;
const PLAN = { margin: 0.05, better: "higher", fewestRounds: 9 } as const;

const observation = (place: typeof PODS | typeof HOST, round: number, value: number): Observation => ({
  ...place,
  workload: "tcp-open",
  how: "trial",
  round,
  position: 0,
  startedAt: round,
  elapsed: 0.5,
  values: { "tcp-open": value },
  work: 1,
  cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 },
});

/** A cell that has seen 40 rounds, one a second, of a run whose earlier parts ended at these seconds. */
function tracked(valueIn: (round: number) => number, partEnds: readonly number[]): CellTracker {
  const [metric] = metricsOf("tcp-open");
  if (metric === undefined) throw new Error("tcp-open has no metric");
  const sources = new CampaignSources(drawsOf(1), new IdleCpu([]));
  const comparison = { numerator: PODS, denominator: HOST, baseline: "host", label: "vxlan", decides: true } as const;
  const tracker = new CellTracker({ ...comparison, ...sources.of("tcp-open/trial"), metric }, PLAN, partEnds);
  for (let round = 0; round < 40; round += 1) {
    sources.add(observation(HOST, round, 1_000));
    sources.add(observation(PODS, round, valueIn(round)));
    tracker.see(round);
  }
  return tracker;
}

const wide = (round: number): number => (round % 2 === 0 ? 800 : 1_250);

describe("the end of a part of a run that goes on", () => {
  test("uses up a look of a cell that it leaves undecided", () => {
    expect(tracked(wide, []).state).toEqual({ status: "open", looks: 0 });
    expect(tracked(wide, [12, 20]).state).toEqual({ status: "open", looks: 2 });
  });

  test("leaves a cell undecided for good when it was the third", () => {
    const cell = tracked(wide, [12, 20, 30]);
    expect(cell.state).toEqual({ status: "spent", looks: 3 });
    expect(cell.finish()).toMatchObject({ verdict: "undecided", closed: { look: "end", round: 29 } });
  });

  test("decides what its report has decided, whatever comes later", () => {
    const cell = tracked((round) => (round < 8 ? 800 + round : 1_250), [8]);
    expect(cell.finish()).toMatchObject({ verdict: "slower", closed: { look: "end", round: 7 } });
  });

  test("is no look before its moment", () => {
    expect(tracked(wide, [40]).state).toEqual({ status: "open", looks: 0 });
  });
});
