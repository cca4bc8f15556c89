import fc from "fast-check";
import { expect, test } from "vitest";
import { clusterRun } from "../../../test/synthetic/cluster-run.js";
import { clusterRequest } from "../../cli/cluster/request.js";
import { pairsOf } from "./matrix.js";
import { disjointTurns, matrixMetrics, pairsBeside, pairsNotice } from "./pairs.js";

test("every pair of nodes is measured once, in as few turns as can be, and no node twice at a time", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), (count) => {
      const nodes = Array.from({ length: count }, (_, index) => `node-${String(index)}`);
      const turns = disjointTurns(nodes);
      const pairs = turns.flat();
      expect(turns).toHaveLength(count % 2 === 0 ? count - 1 : count);
      expect(new Set(pairs.map((pair) => pair.join(" "))).size).toBe((count * (count - 1)) / 2);
      expect(pairs).toHaveLength((count * (count - 1)) / 2);
      for (const turn of turns) expect(new Set(turn.flat()).size).toBe(turn.length * 2);
      for (const [from, to] of pairs) expect(nodes.indexOf(from)).toBeLessThan(nodes.indexOf(to));
    }),
  );
});

test("pairs are compared by one throughput and by requests, as far as these were asked for", () => {
  expect(matrixMetrics(["tcp", "tcp-open", "http", "http.p99", "pps"])).toEqual(["tcp-open", "http"]);
  expect(matrixMetrics(["tcp", "tcp.cpu"])).toEqual(["tcp"]);
  expect(matrixMetrics(["latency.udp.p50"])).toEqual([]);
});

test("what happens beside the main run is said beforehand, and only where it happens", () => {
  const request = clusterRequest({ host: true, quick: true }, 1);
  expect(pairsBeside(request, ["a", "b"])).toBeUndefined();
  const nodes = ["a", "b", "c", "d"];
  const beside = pairsBeside(request, nodes);
  expect(beside).toMatchObject({ pairs: 5, budgetSeconds: 8, workloads: ["tcp", "http"] });
  expect(beside === undefined ? "" : pairsNotice(beside, nodes)).toMatch(
    /^4 nodes: after a and b each of the 5 other pairs is measured too \(tcp, http on host-host and pod-pod, 8 s each\)/,
  );
});

test("a pair is what its run says, or why it says nothing", () => {
  const run = clusterRun({ workloads: ["tcp", "http"], rounds: 12, paths: ["host-host", "pod-pod"] });
  const [tcp, http] = pairsOf(run, ["a", "b"], ["tcp", "http"]);
  expect(tcp).toMatchObject({ from: "a", to: "b", path: "pod-pod", metric: "tcp" });
  expect(tcp?.median).toBeCloseTo(0.557, 1);
  expect(http?.low).not.toBeNull();
  const places = [{ path: "pod-pod", status: "failed", reason: "it does not answer" }] as const;
  const [none] = pairsOf(clusterRun({ workloads: ["tcp"], paths: ["host-host", "pod-pod"], places: [...places] }), ["a", "b"], ["tcp"]);
  expect(none).toMatchObject({ median: null, low: null, n: 0, reason: "it does not answer" });
});
