import { expect, test } from "vitest";
import { runSchema } from "../../src/model/run.js";
import { summarySchema } from "../../src/model/summary.js";
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
