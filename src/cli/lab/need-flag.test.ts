import { expect, test } from "vitest";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { MODES } from "../../modes/index.js";
import { UsageError } from "../errors.js";
import { resolveNeeds, resumedScenario, scenarioFromFlags } from "./scenario-from-flags.js";

test("needs are names of modes' files, of sets and of checks, each once and in one order", () => {
  expect(resolveNeeds("source-kept, external,services,source-kept")).toEqual(["services", "external", "source-kept"]);
  expect(resolveNeeds(undefined)).toEqual([]);
});

test.each([
  ["servics", "services"],
  ["extrnal", "external"],
  ["nodeport-outsid", "nodeport-outside"],
  ["source_kept", "source-kept"],
])("%s is no need, and the nearest is named", (word, nearest) => {
  expect(() => resolveNeeds(word)).toThrow(UsageError);
  expect(() => resolveNeeds(word)).toThrow(`--need: ${word} is not a need. Did you mean ${nearest}?`);
});

test("what is only seen has no set, but its checks have names", () => {
  expect(() => resolveNeeds("also-seen")).toThrow("is not a need");
  expect(resolveNeeds("multicast")).toEqual(["multicast"]);
});

const FLAGS = { link: "none", nodes: "2" };

test("what works is tried on every mode where that is asked for", () => {
  expect(scenarioFromFlags({ ...FLAGS, conformance: true }, MODES, 1).conformance).toBe(true);
  expect(scenarioFromFlags(FLAGS, MODES, 1)).not.toHaveProperty("conformance");
  const resume = (): unknown =>
    resumedScenario(syntheticRun({ rounds: 1, workloads: ["tcp"] }), { ...FLAGS, budget: "1h", conformance: true });
  expect(resume).toThrow("--resume: the run keeps its own --conformance");
});
