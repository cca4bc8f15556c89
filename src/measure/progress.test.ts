import { expect, test } from "vitest";
import { syntheticRun, withPaths } from "../../test/synthetic/run.js";
import type { Observation, Run } from "../model/run.js";
import type { LabScenario } from "../model/scenario.js";
import { labPaths } from "../paths/lab.js";
import { FAILING_ROUNDS, type Progress, trackProgress } from "./progress.js";
import { summarise } from "./summarise.js";

const scenario: LabScenario = {
  ...syntheticRun({ rounds: 1 }).scenario,
  modes: ["host", "quiet", "noisy", "broken"],
  workloads: ["tcp-open"],
  metrics: ["tcp-open", "tcp-open.cpu"],
};
const modes: Run["modes"] = ["host", "quiet", "noisy", "broken"].map((mode) => ({ mode, status: "built" as const }));

function round(number: number): Observation[] {
  const wobble = [0.2, 5, 1, 3, 0.5, 2][number % 6] ?? 1;
  const value: Record<string, number> = { host: 1e9, quiet: 5e8 * (1 + 0.001 * (number % 4)), noisy: 1e9 * wobble };
  return ["host", "quiet", "noisy", "broken"].map((mode, position): Observation => {
    const base: Observation = {
      workload: "tcp-open",
      round: number,
      position,
      mode,
      path: mode === "host" ? "host-host" : "pod-pod",
      startedAt: number,
      elapsed: 1,
      values: {},
      work: 1,
      cpu: { busy: mode === "quiet" ? 3 : wobble, softirq: 0, steal: 0, idle: 0 },
    };
    const seen = value[mode];
    return seen === undefined ? { ...base, error: "no route" } : { ...base, values: { "tcp-open": seen } };
  });
}

function after(rounds: number, of = scenario, built: Run["modes"] = modes): Progress {
  const progress = trackProgress({ scenario: of, ...labPaths(of, built) });
  for (let number = 0; number < rounds; number += 1) progress.addRound(round(number));
  return progress;
}

test("before the first round every path is open", () => {
  expect([...after(0).openPaths("tcp-open/trial")]).toEqual(["quiet pod-pod", "noisy pod-pod", "broken pod-pod"]);
});

test("a path leaves when all of its cells are decided, not before", () => {
  expect([...after(8).openPaths("tcp-open/trial")]).toContain("quiet pod-pod");
  const only = { ...scenario, metrics: ["tcp-open"] };
  expect([...after(8, only).openPaths("tcp-open/trial")]).toContain("quiet pod-pod");
  expect([...after(9, only).openPaths("tcp-open/trial")]).not.toContain("quiet pod-pod");
  expect([...after(9, only).openPaths("tcp-open/trial")]).toContain("noisy pod-pod");
});

test("a figure that cannot be known keeps no path open", () => {
  const icmp: LabScenario = { ...scenario, workloads: ["latency.icmp"], metrics: ["latency.icmp", "latency.icmp.cpu"] };
  const progress = trackProgress({ scenario: icmp, ...labPaths(icmp, modes) });
  for (let number = 0; number < 9; number += 1) {
    const times = round(number).map(({ values, ...one }) => ({
      ...one,
      workload: "latency.icmp" as const,
      values: one.error === undefined ? { "latency.icmp": 1e10 / (values["tcp-open"] ?? 1) } : {},
    }));
    progress.addRound(times);
  }
  expect([...progress.openPaths("latency.icmp/trial")]).not.toContain("quiet pod-pod");
  expect([...progress.openPaths("latency.icmp/trial")]).toContain("noisy pod-pod");
});

test("the cells of a path that gives no number are marked as failing; whether it is given up is for the loop to say, which knows its starts", () => {
  const progress = after(FAILING_ROUNDS);
  expect([...progress.openPaths("tcp-open/trial")]).toContain("broken pod-pod");
  expect(progress.cells("tcp-open").find(({ mode }) => mode === "broken")).toMatchObject({
    state: "failing",
    lost: FAILING_ROUNDS,
    rounds: 0,
  });
});

test("when the last path is decided none is open", () => {
  const only = { ...scenario, metrics: ["tcp-open"] };
  expect([...after(9, only, modes.slice(0, 2)).openPaths("tcp-open/trial")]).toEqual([]);
});

test("an unsupported workload opens no path", () => {
  const built: Run["modes"] = [
    { mode: "host", status: "built" },
    { mode: "quiet", status: "built", unsupportedWorkloads: { "tcp-open": "no" } },
    { mode: "noisy", status: "failed" },
  ];
  expect([...after(0, scenario, built).openPaths("tcp-open/trial")]).toEqual([]);
});

test("the summary agrees with the progress about what is decided", () => {
  const rounds = 30;
  const observations = Array.from({ length: rounds }, (_, number) => round(number)).flat();
  const run = withPaths({ ...syntheticRun({ rounds: 1 }), scenario, modes, observations });
  const summary = summarise(run, () => ({ ranking: [], excluded: [], advice: "" }));
  for (const cell of after(rounds).cells("tcp-open")) {
    const ratio = summary.modes.find(({ mode }) => mode === cell.mode)?.cells.find(({ metric }) => metric === cell.metric)?.ratio;
    if (cell.state === "ended") expect(ratio?.n).toBe(cell.rounds);
  }
});
