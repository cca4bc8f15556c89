import { describe, expect, test } from "vitest";
import { syntheticRun, withPaths } from "../../../test/synthetic/run.js";
import type { GoalResult, NoDropSearch } from "../../model/no-drop.js";
import type { Run } from "../../model/run.js";
import type { Cell } from "../../model/summary.js";
import { searchCells } from "./cells.js";
import { standardGoals } from "./goals.js";

const regular = (rate: number): GoalResult => ({
  metric: "ndr",
  stop: "width",
  relevantLower: rate,
  relevantUpper: rate * 1.04,
  conditionalThroughput: rate,
});
const bound = (rate: number): GoalResult => ({
  metric: "ndr",
  stop: "max-load",
  relevantLower: rate,
  conditionalThroughput: rate,
  reason: "generator-bound: ...",
});
const unstable: GoalResult = { metric: "ndr", stop: "unstable", reason: "too unstable: ..." };

function search(mode: string, turn: number, result: GoalResult | undefined, more: Partial<NoDropSearch> = {}): NoDropSearch {
  const load = result?.relevantLower ?? 1;
  const counts = { offered: 1_000, forwarded: 999, lost: 1, offeredPerSecond: load, drained: 0, startedAt: 0 };
  return {
    mode,
    path: mode === "host" ? "host-host" : "pod-pod",
    frameSize: "64",
    turn,
    startedAt: 0,
    elapsed: 60,
    trials: [
      { ...counts, purpose: "search", load, seconds: 0.1 },
      { ...counts, purpose: "search", load, seconds: 1 },
      { ...counts, purpose: "search", load, seconds: 1, short: true },
      { ...counts, purpose: "search", load: load * 2, seconds: 1 },
    ],
    results: result === undefined ? [] : [result],
    ...more,
  };
}

function runOf(...searches: NoDropSearch[]): Run {
  const run = syntheticRun({ rounds: 1, workloads: ["pps"] });
  const noDrop = { goals: [...standardGoals()], frameSizes: ["64" as const], searches: 3 };
  const scenario = { ...run.scenario, modes: ["host", "m"], workloads: [], metrics: ["ndr"], noDrop };
  return withPaths({ ...run, scenario, modes: scenario.modes.map((mode) => ({ mode, status: "built" as const })), searches });
}

function cell(run: Run, mode: string): Cell {
  const [first] = searchCells(run, mode);
  if (first === undefined) throw new Error("no cell");
  return first;
}

const turns = (mode: string, ...results: (GoalResult | undefined)[]): NoDropSearch[] =>
  results.map((result, turn) => search(mode, turn, result));

test("a mode beside the host: the median, and the ratio from searches of the same turn", () => {
  const run = runOf(
    ...turns("host", regular(400_000), regular(500_000), regular(450_000)),
    ...turns("m", regular(200_000), regular(250_000), regular(225_000)),
  );
  expect(cell(run, "host")).toMatchObject({ status: "measured", median: 450_000, n: 3, path: "host-host", unit: "frame/s" });
  expect(cell(run, "host").ratio).toBeUndefined();
  const compared = cell(run, "m");
  expect(compared).toMatchObject({
    median: 225_000,
    n: 3,
    path: "pod-pod",
    counts: { offered: 3_000, forwarded: 2_997, lost: 3 },
    delivered: 0.999,
  });
  // Every turn has the same ratio, though the rates of no two turns are alike.
  expect(compared.ratio).toMatchObject({ baseline: "host", n: 3, method: "t-small-n", verdict: "slower", margin: 0.05 });
  for (const limit of [compared.ratio?.low, compared.ratio?.median, compared.ratio?.high]) expect(limit).toBeCloseTo(0.5, 12);
});

test("several searches of the host in a turn stand together", () => {
  const run = runOf(search("host", 0, regular(400_000)), search("host", 0, regular(600_000)), search("m", 0, regular(250_000)));
  expect(cell(run, "m").ratio?.median).toBeCloseTo(0.5, 12);
  expect(cell(run, "m").ratio).toMatchObject({ n: 1, low: null, high: null, verdict: "undecided", method: "none" });
});

describe("a generator-bound search", () => {
  const hosts = (n: number) => turns("host", ...Array.from({ length: n }, () => regular(500_000)));

  test("is a lower limit among the ratios, and never left out", () => {
    const run = runOf(...hosts(5), ...turns("m", regular(455_000), regular(460_000), regular(470_000), bound(510_000), bound(515_000)));
    const { ratio } = cell(run, "m");
    expect(ratio).toMatchObject({ n: 5, high: null, verdict: "undecided", method: "order-statistic" });
    expect(ratio?.median).toBeCloseTo(0.94, 12);
    expect(ratio?.low).toBeCloseTo(0.91, 12);
    expect(ratio?.limit).toBeUndefined();
  });

  test("gives the least of its figures as a lower limit, with the evidence, and a ratio that is one too", () => {
    const run = runOf(...hosts(3), ...turns("m", bound(900_000), bound(850_000), regular(880_000)));
    expect(cell(run, "m")).toMatchObject({ status: "measured", bound: "generator", median: 850_000, n: 3, reason: "generator-bound: ..." });
    expect(cell(run, "m").ratio).toMatchObject({ limit: "at-least", low: null, high: null, method: "none", verdict: "undecided", n: 3 });
    expect(cell(run, "m").ratio?.median).toBeCloseTo(1.76, 12);
  });

  test("may still show that a mode is faster", () => {
    const run = runOf(...hosts(5), ...turns("m", ...[900, 910, 920, 930, 940].map((rate) => bound(rate * 1_000))));
    expect(cell(run, "m").ratio).toMatchObject({ limit: "at-least", high: null, verdict: "faster" });
    expect(cell(run, "m").ratio?.low).toBeCloseTo(1.8, 12);
  });

  test("of the host makes an upper limit of the ratio", () => {
    const run = runOf(
      ...turns("host", bound(900_000), bound(900_000), regular(900_000)),
      ...turns("m", regular(100_000), regular(200_000), regular(300_000)),
    );
    expect(cell(run, "m")).toMatchObject({ status: "measured", median: 200_000 });
    expect(cell(run, "m").bound).toBeUndefined();
    expect(cell(run, "m").ratio).toMatchObject({ limit: "at-most", low: null, high: null, verdict: "undecided", n: 3 });
    expect(cell(run, "m").ratio?.median).toBeCloseTo(2 / 9, 12);
  });

  test("of both leaves nothing to be said of the ratio", () => {
    const run = runOf(...turns("host", bound(900_000)), ...turns("m", bound(800_000)));
    expect(cell(run, "m").ratio).toBeUndefined();
    const few = runOf(...turns("host", bound(900_000), regular(9), bound(9)), ...turns("m", bound(800_000), regular(8), regular(7)));
    expect(cell(few, "m").ratio).toMatchObject({ limit: "at-most", n: 3 });
  });

  test("that is one of three does not change what the median is", () => {
    const run = runOf(...turns("m", bound(300_000), regular(250_000), regular(260_000)));
    expect(cell(run, "m")).toMatchObject({ median: 260_000 });
    expect(cell(run, "m").bound).toBeUndefined();
  });
});

describe("no figure", () => {
  test("where most searches refused", () => {
    const run = runOf(...turns("m", unstable, unstable, regular(1)));
    expect(cell(run, "m")).toMatchObject({
      status: "refused",
      median: null,
      n: 0,
      reason: "2 of 3 searches found no rate: too unstable: ...",
    });
  });

  test("where even the smallest load loses", () => {
    const run = runOf(...turns("m", { metric: "ndr", stop: "min-load", relevantUpper: 1_000 }));
    expect(cell(run, "m").reason).toContain("even at 1000 frame/s");
  });

  test("where the search took too long", () => {
    const run = runOf(...turns("m", { metric: "ndr", stop: "time", relevantLower: 5 }));
    expect(cell(run, "m").reason).toContain("its bounds were 5 and unknown frame/s");
  });

  test("where the machine does not allow it, where it failed, and where nobody searched", () => {
    expect(cell(runOf(search("m", 0, undefined, { unsupported: "needs root" })), "m")).toMatchObject({
      status: "unsupported",
      reason: "needs root",
    });
    expect(cell(runOf(search("m", 0, undefined, { error: "trafgen sent nothing" })), "m")).toMatchObject({
      status: "failed",
      reason: "trafgen sent nothing",
    });
    expect(cell(runOf(), "m")).toMatchObject({ status: "refused", reason: expect.stringContaining("not searched") as string });
    expect(searchCells(runOf(), "m", { status: "failed", reason: "why" })).toMatchObject([
      { metric: "ndr", status: "failed", reason: "why", median: null },
    ]);
  });
});

test("a run without search metrics has no such cell", () => {
  expect(searchCells(syntheticRun({ rounds: 1 }), "host")).toEqual([]);
});
