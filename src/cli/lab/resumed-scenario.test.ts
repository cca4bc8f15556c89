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
