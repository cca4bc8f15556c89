import { expect, test } from "vitest";
import { syntheticRun } from "../../test/synthetic/run.js";
import { adviserOf } from "../advice/advice.js";
import { summarise } from "../measure/summarise.js";
import { MODES } from "../modes/index.js";
import { partsOfWhy } from "./why.js";

test("what was measured stands apart from what a mode asks", () => {
  const why = "Keeps tcp 0.9 [0.8, 1.0] of the host's. Needs: one L2 segment. Gives up: Services. The score is without pps.";
  expect(partsOfWhy(why)).toEqual({
    measured: "Keeps tcp 0.9 [0.8, 1.0] of the host's.",
    asks: ["Needs: one L2 segment.", "Gives up: Services.", "The score is without pps."],
  });
});

test("every reason that the advice gives comes apart, and nothing is lost", () => {
  const { ranking } = summarise(syntheticRun({ needs: ["services", "policy"] }), adviserOf(MODES));
  expect(ranking.length).toBeGreaterThan(5);
  for (const { mode, why } of ranking) {
    const { measured, asks } = partsOfWhy(why);
    expect([measured, ...asks].join(" ")).toBe(why);
    expect(measured).toMatch(/^Keeps [^:]*\.$/);
    const labels = asks.map((sentence) => sentence.split(":")[0]);
    if ((MODES.find(({ name }) => name === mode)?.requires.length ?? 0) > 0) expect(labels).toContain("Needs");
  }
});
