import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { summarised } from "../../test/synthetic/summarised.js";
import { summarise } from "../measure/summarise.js";
import type { Run } from "../model/run.js";
import { runComparisonSchema } from "../model/run-comparison.js";
import { compareRuns } from "./comparison.js";
import type { SummarisedRun } from "./sides.js";

const NO_ADVICE = (): { ranking: []; excluded: []; advice: string } => ({ ranking: [], excluded: [], advice: "" });
const side = (run: Run): SummarisedRun => ({ file: "run.json", run, summary: summarise(run, NO_ADVICE) });

test("a run held against itself has changed in nothing, and never for better or worse", () => {
  const options = fc.record({ seed: fc.nat(1000), rounds: fc.integer({ min: 1, max: 14 }), configuredBaseline: fc.boolean() });
  fc.assert(
    fc.property(options, (varied) => {
      const own = side(syntheticRun({ ...varied, workloads: ["tcp", "latency.icmp"] }));
      const comparison = compareRuns(own, own, [], "warn");
      const changes = comparison.cells.flatMap(({ change }) => change ?? []);
      expect(changes.length).toBeGreaterThan(10);
      for (const change of changes) {
        expect(change.median).toBe(1);
        expect(["same", "undecided"]).toContain(change.verdict);
      }
      expect(comparison.differences).toEqual([]);
      expect(comparison.warnings).toEqual(["A and B are the same run: every difference is none."]);
      expect(() => runComparisonSchema.parse(comparison)).not.toThrow();
    }),
    { numRuns: 20 },
  );
});

test("a change beyond the margin is called, with what the two runs have", () => {
  const a = summarised({ macvlan: { http: [0.9, 0.895, 0.905] } }, { startedAt: "2026-02-03T09:00:00.000Z" });
  const b = summarised({ macvlan: { http: [0.8, 0.796, 0.804, 30] } });
  expect(compareRuns(a, b, [], "warn").cells).toEqual([
    {
      mode: "macvlan",
      path: "pod-pod",
      metric: "http",
      better: "higher",
      a: {
        status: "measured",
        ratio: { median: 0.9, low: 0.895, high: 0.905, margin: 0.05, n: 20, method: "order-statistic", confidence: 0.982 },
      },
      b: {
        status: "measured",
        ratio: { median: 0.8, low: 0.796, high: 0.804, margin: 0.05, n: 30, method: "order-statistic", confidence: 0.982 },
      },
      change: {
        median: expect.closeTo(0.8889, 3) as number,
        low: expect.closeTo(0.8823, 3) as number,
        high: expect.closeTo(0.8955, 3) as number,
        verdict: "slower",
        margin: 0.05,
      },
    },
  ]);
});

test("slower means worse, where less is better too", () => {
  const a = summarised({ macvlan: { "latency.udp.p99": [1, 0.99, 1.01] } });
  const b = summarised({ macvlan: { "latency.udp.p99": [1.2, 1.19, 1.21] } });
  expect(compareRuns(a, b, [], "warn").cells.map(({ change }) => change?.verdict)).toEqual(["slower"]);
  expect(compareRuns(b, a, [], "warn").cells.map(({ change }) => change?.verdict)).toEqual(["faster"]);
});

test("what only one run has is there with the reason of the other", () => {
  const a = summarised({ macvlan: { http: [1, 0.99, 1.01] }, gce: { http: { status: "failed", reason: "no route" } } });
  const b = summarised({ macvlan: { http: [1, 0.99, 1.01] }, kindnet: { http: [1, 0.99, 1.01] } });
  const told = compareRuns(a, b, [], "warn").cells.map((cell) => [cell.mode, cell.a.status, cell.b.status, cell.change !== undefined]);
  expect(told).toEqual([
    ["macvlan", "measured", "measured", true],
    ["kindnet", "not-asked", "measured", false],
    ["gce", "failed", "not-asked", false],
  ]);
});

test("a path that stood still has no change, and says so", () => {
  const a = summarised({ macvlan: { http: [0, 0, 0] } });
  const b = summarised({ macvlan: { http: [1, 0.99, 1.01] } });
  expect(compareRuns(a, b, [], "warn").cells).toMatchObject([{ reason: "nothing moved in one of them, so the two have no ratio" }]);
});

describe("warnings", () => {
  const early = summarised({ macvlan: { http: [1, 0.99, 1.01] } }, { startedAt: "2026-02-03T08:00:00.000Z" });
  const late = summarised({ macvlan: { http: [1, 0.99, 1.01] } });
  test("none where there is nothing to warn of", () => {
    expect(compareRuns(early, late, [], "warn").warnings).toEqual([]);
  });
  test("the order of the runs", () => {
    expect(compareRuns(late, early, [], "warn").warnings).toEqual([expect.stringContaining("B was measured before A")]);
  });
  test("a partial run", () => {
    const partial = { ...late, run: { ...late.run, status: "partial" as const, partialReason: "SIGINT" } };
    expect(compareRuns(early, partial, [], "warn").warnings).toEqual(["B is a partial run: SIGINT."]);
  });
  test("another link", () => {
    const jumbo = { ...late, run: { ...late.run, scenario: { ...late.run.scenario, mtu: 9000 } } };
    expect(compareRuns(early, jumbo, [], "warn").warnings).toEqual([expect.stringContaining("differ in rate or MTU")]);
  });
});
