import fc from "fast-check";
import { expect, test } from "vitest";
import { anySummary } from "../../../test/synthetic/arbitrary.js";
import { syntheticRun } from "../../../test/synthetic/run.js";
import { syntheticSummary } from "../../../test/synthetic/summary.js";
import { summarySchema } from "../../model/summary.js";
import { renderJson } from "./summary.js";

const summary = syntheticSummary(syntheticRun());

test("the fields come in the schema's order, whatever order they were made in", () => {
  const shuffled = Object.fromEntries(Object.entries(summary).reverse());
  const text = renderJson(shuffled as typeof summary);
  expect(text).toBe(renderJson(summary));
  expect(Object.keys(JSON.parse(text) as object)).toEqual(Object.keys(summarySchema.shape).filter((key) => key in summary));
});

test("nothing is lost and nothing is added", () => {
  expect(JSON.parse(renderJson(summary))).toEqual(summary);
  expect(JSON.parse(renderJson({ ...summary, extra: 1 } as typeof summary))).not.toHaveProperty("extra");
});

test("any summary comes back", () => {
  fc.assert(fc.property(anySummary, (anything) => summarySchema.safeParse(JSON.parse(renderJson(anything))).success));
});
