/** Runs of clusters against each other: gates by path, and paths that are lined up whatever the mode was called. */
import { describe, expect, test } from "vitest";
import { type ClusterOptions, clusterRun, clusterSummary } from "../../test/synthetic/cluster-run.js";
import { METRICS } from "../model/metric.js";
import { isBaseline, PATH_NAMES } from "../model/path.js";
import { runComparisonSchema } from "../model/run-comparison.js";
import { compareRuns } from "./comparison.js";
import { GateError, parseGate } from "./gate.js";
import type { SummarisedRun } from "./sides.js";

const names = { modes: ["flannel-vxlan", "unknown"], metrics: METRICS.map(({ name }) => name) };

function side(options: ClusterOptions = {}): SummarisedRun {
  const told = clusterRun({ workloads: ["http", "latency.icmp"], rounds: 12, ...options });
  // Two runs of one moment and one seed would be the same.
  const run = { ...told, endedAt: `2026-02-03T10:20:0${String(options.seed ?? 0)}.000Z` };
  return { file: "run.json", run, summary: clusterSummary(run) };
}

const before = side({ seed: 1 });
const after = side({ seed: 2, truth: { "pod-service": 0.43 } });

describe("a gate", () => {
  test.each([
    ["pod-service:http<0.5", "failed"],
    ["pod-service:http<0.4", "passed"],
    ["pod-service:http<0.9A", "failed"],
    ["pod-pod:http<0.9A", "passed"],
    ["http<0.5", "passed"],
    ["pod-pod-local:http<0.9", "failed"],
    ["flannel-vxlan:pod-nodeport:http<0.4", "passed"],
  ] as const)("%s: %s", (text, outcome) => {
    const comparison = compareRuns(before, after, [parseGate(text, names)], "warn");
    expect(comparison.gates[0]?.outcome).toBe(outcome);
    expect(comparison.gates[0]?.judgements).toHaveLength(1);
  });

  test("on a baseline, or on a path that was not measured, is refused with the paths there are", () => {
    const few = side({ paths: ["host-host", "pod-pod"] });
    for (const [text, message] of [
      ["host-host:http<0.5", "host-host was not measured in B (run.json), which has pod-pod"],
      ["pod-service:http<0.5", "pod-service was not measured in B (run.json), which has pod-pod"],
    ] as const) {
      expect(() => compareRuns(few, few, [parseGate(text, names)], "warn")).toThrow(GateError);
      expect(() => compareRuns(few, few, [parseGate(text, names)], "warn")).toThrow(message);
    }
  });

  test("on a path that could not be had fails: a gate that judged nothing must not be green", () => {
    const gone = side({ places: [{ path: "pod-service", status: "failed", reason: "no endpoint" }] });
    const [result] = compareRuns(before, gone, [parseGate("pod-service:http<0.4", names)], "warn").gates;
    expect(result).toMatchObject({ outcome: "failed", judgements: [{ reason: "failed in B: no endpoint" }] });
  });
});

describe("two clusters", () => {
  test("are compared path by path", () => {
    const { cells, warnings } = runComparisonSchema.parse(compareRuns(before, after, [], "warn"));
    const http = cells.filter(({ metric }) => metric === "http");
    expect(http.map(({ path }) => path)).toEqual(PATH_NAMES.filter((path) => !isBaseline(path)));
    expect(http.find(({ path }) => path === "pod-service")?.change).toMatchObject({ verdict: "slower" });
    expect(http.filter(({ change }) => change?.verdict === "slower")).toHaveLength(1);
    expect(warnings).toEqual([]);
  });

  test("whose mode is known in one only are lined up all the same, and it is said", () => {
    const { cells, warnings } = compareRuns(side({ mode: "unknown" }), after, [], "warn");
    expect(cells.map(({ mode, metric, a, b }) => [mode, metric, a.status, b.status])).toEqual(
      cells.map(({ metric }) => ["flannel-vxlan", metric, "measured", "measured"]),
    );
    expect(warnings).toContain("The cluster's mode was unknown in A and is flannel-vxlan in B; paths are lined up by their names.");
    // A mode that the nodes' programs told at the end of a run stands in its inspection alone.
    const begun = side({ mode: "unknown", seed: 1 });
    const found = { ...begun, run: { ...begun.run, inspection: after.run.inspection } };
    expect(compareRuns(found, after, [], "warn").warnings).toEqual([]);
  });

  test("held to different rates answer different questions", () => {
    const capped = side({ workloads: ["tcp"], maxRate: 1e8 });
    expect(compareRuns(side({ workloads: ["tcp"] }), capped, [], "warn").warnings).toContain(
      "The generators of A and B were held to different rates, so their ratios answer different questions.",
    );
  });
});
