/** docs/data-format.md against the schemas: every field, every allowed word and every unit is explained, and its jq lines run. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { PREDICTION_SCHEMA, predictionSchema } from "../src/model/prediction.js";
import { RUN_SCHEMA, runSchema } from "../src/model/run.js";
import { COMPARISON_SCHEMA, runComparisonSchema } from "../src/model/run-comparison.js";
import { SUMMARY_SCHEMA, summarySchema } from "../src/model/summary.js";
import { renderJson } from "../src/report/json/summary.js";
import { UNITS } from "../src/units/quantity.js";
import { syntheticRun } from "./synthetic/run.js";
import { syntheticSummary } from "./synthetic/summary.js";

const text = readFileSync(new URL("../docs/data-format.md", import.meta.url), "utf8");
/** Everything that stands in backquotes, taken apart at dots. */
const explained = new Set([...text.matchAll(/`([^`\n]+)`/g)].flatMap(([, word = ""]) => [word, ...word.split(".")]));

/** Names of all fields and allowed words of a schema, however deep. */
function wordsOf(schema: z.core.$ZodType): string[] {
  const definition = (schema as z.ZodType).def as unknown as Readonly<Record<string, unknown>>;
  const inner = ["innerType", "element", "valueType"].flatMap((key) =>
    definition[key] === undefined ? [] : wordsOf(definition[key] as z.core.$ZodType),
  );
  if (definition["type"] === "object")
    return Object.entries(definition["shape"] as Record<string, z.core.$ZodType>).flatMap(([key, one]) => [key, ...wordsOf(one)]);
  if (definition["type"] === "enum") return Object.values(definition["entries"] as Record<string, string>);
  if (definition["type"] === "literal") return (definition["values"] as unknown[]).map(String);
  return inner;
}

describe.each([
  ["the run file", runSchema, 50],
  ["the summary", summarySchema, 50],
  ["the comparison", runComparisonSchema, 50],
  ["the prediction", predictionSchema, 40],
] as const)("%s", (_name, schema, least) => {
  test("has every field and every allowed word explained", () => {
    const words = [...new Set(wordsOf(schema))];
    expect(words.length).toBeGreaterThan(least);
    expect(words.filter((word) => !explained.has(word))).toEqual([]);
  });
});

test("units and versions are explained", () => {
  expect([...UNITS, RUN_SCHEMA, SUMMARY_SCHEMA, COMPARISON_SCHEMA, PREDICTION_SCHEMA].filter((word) => !explained.has(word))).toEqual([]);
});

const jq = spawnSync("jq", ["--version"]).status === 0;

describe.skipIf(!jq)("the jq lines", () => {
  const run = syntheticRun({ rounds: 3 });
  const files = { summary: renderJson(syntheticSummary(run)), run: JSON.stringify(run) };
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = ""]) => block).filter((block) => block.includes("jq "));

  test.each(blocks)("%s", (block) => {
    const program = /'([\s\S]*)'/.exec(block)?.[1] ?? "";
    const options = block.includes("--arg mode") ? ["-r", "--arg", "mode", "flannel-vxlan"] : ["-r"];
    const outcome = spawnSync("jq", [...options, program], {
      input: block.startsWith("podwire report") ? files.summary : files.run,
      encoding: "utf8",
    });
    expect(outcome.stderr).toBe("");
    expect(outcome.stdout.split("\n").length).toBeGreaterThan(1);
  });
});
