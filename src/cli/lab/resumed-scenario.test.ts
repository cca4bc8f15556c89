import { expect, test } from "vitest";
import { clusterRun } from "../../../test/synthetic/cluster-run.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { UsageError } from "../errors.js";
import { resumedScenario } from "./scenario-from-flags.js";

const flags = { link: "1gbit", nodes: "2", budget: "1h" };

test("a lab's run goes on with its own scenario and a larger budget", () => {
  const run = syntheticRun({ rounds: 2, workloads: ["tcp"] });
  expect(resumedScenario(run, flags)).toEqual({ ...run.scenario, budgetSeconds: 3600 });
});

test("a cluster's run does not go on in the lab", () => {
  const resume = (): unknown => resumedScenario(clusterRun({ rounds: 2, workloads: ["tcp"] }), flags);
  expect(resume).toThrow(UsageError);
  expect(resume).toThrow("--resume: the run was made in a cluster");
});

test("a budget of which a part is left for other things must leave rounds to measure", () => {
  const run = syntheticRun({ rounds: 2, workloads: ["tcp"] });
  const spent = run.observations.reduce((sum, { elapsed }) => sum + elapsed, 0);
  const half = (seconds: number): number => seconds / 2;
  expect(resumedScenario(run, { ...flags, budget: "1h" }, half).budgetSeconds).toBe(1800);
  const budget = `${String(Math.ceil(spent) + 1)}s`;
  const resume = (): unknown => resumedScenario(run, { ...flags, budget }, half);
  expect(resume).toThrow(/^--resume: its budget of \d+ s is spent\. Give it more, for example --budget \d+m$/);
  const advised = /--budget (\d+)m/.exec(String(captured(resume)))?.[1];
  expect(resumedScenario(run, { ...flags, budget: `${advised ?? ""}m` }, half).budgetSeconds).toBeGreaterThan(spent);
});

function captured(action: () => unknown): unknown {
  try {
    return action();
  } catch (error) {
    return error;
  }
}
