import { expect, test } from "vitest";
import { toolWay } from "../../src/model/campaign.js";
import { runSchema } from "../../src/model/run.js";
import { summarySchema } from "../../src/model/summary.js";
import { clusterRun } from "./cluster-run.js";
import { syntheticRun } from "./run.js";
import { syntheticSummary } from "./summary.js";

test("the synthetic run and summary are valid, and always the same", () => {
  const run = syntheticRun();
  const summary = syntheticSummary(run);
  expect(runSchema.parse(run)).toEqual(run);
  expect(summarySchema.parse(summary)).toEqual(summary);
  expect(syntheticRun()).toEqual(run);
});

test("it holds one of everything a report must show", () => {
  const summary = syntheticSummary(syntheticRun({ needs: ["services"] }));
  const statuses = new Set(summary.modes.flatMap((mode) => [mode.status, ...mode.cells.map((cell) => cell.status)]));
  expect([...statuses].sort()).toEqual(["failed", "measured", "refused", "unsupported"]);
  const verdicts = new Set(summary.modes.flatMap((mode) => mode.cells.flatMap((cell) => cell.ratio?.verdict ?? [])));
  expect(verdicts).toContain("same");
  expect(verdicts).toContain("slower");
  expect(verdicts).toContain("undecided");
  expect(summary.modes.some((mode) => mode.cells.some((cell) => cell.ratio?.stalls === true))).toBe(true);
  expect(summary.excluded.length).toBeGreaterThan(0);
  expect(summary.modes).toHaveLength(15);
});

test.each([
  ["the lab", syntheticRun({ rounds: 2 })],
  ["a cluster", clusterRun({ rounds: 2 })],
] as const)("the host of %s is visited as a run visits it: once in a round of clients that stay, else several times", (_, run) => {
  for (const workload of run.scenario.workloads) {
    const host = run.observations.filter((one) => one.workload === workload && one.round === 1 && one.path === "host-host");
    if (toolWay(workload) === "burst") expect(host).toMatchObject([{ how: "burst", restart: 1 }]);
    else expect(host.length).toBeGreaterThan(1);
  }
});
