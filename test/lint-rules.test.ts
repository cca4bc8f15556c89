/** Rules of eslint.config.js that hold a promise of the architecture: what breaks them is planted here, since no file does. */
import { Linter } from "eslint";
import tseslint from "typescript-eslint";
import { expect, test } from "vitest";
import config from "../eslint.config.js";

const MEASURE = "src/measure/**/*.ts";

/** What the rule for syntax says to a file of src/measure. */
function complaintsOf(text: string): readonly string[] {
  const rule = config.find(({ files }) => files?.some((one) => one === MEASURE))?.rules?.["no-restricted-syntax"];
  if (rule === undefined) throw new Error(`eslint.config.js has no rule for ${MEASURE}`);
  const languageOptions = { parser: tseslint.parser };
  return new Linter()
    .verify(text, [{ files: ["**/*.ts"], languageOptions, rules: { "no-restricted-syntax": rule } }], "src/measure/planted.ts")
    .map(({ message }) => message);
}

test.each([
  'export const baseline = scenario.venue === "lab" ? "host" : "host-local";',
  'export const far = "cluster" !== run.scenario.venue;',
  "export const margin = MARGINS[scenario.venue];",
  "switch (scenario.venue) { default: }",
  'export const isLab = ({ venue }) => venue === "lab";',
  'export const far = ["cluster"].includes(scenario.venue);',
])("measuring never asks for its venue: %s", (text) => {
  expect(complaintsOf(text)).toEqual([expect.stringContaining("Measuring never asks for its venue")]);
});

test("a summary may say where it was measured", () => {
  expect(complaintsOf("export const summary = { venue: run.scenario.venue };")).toEqual([]);
});
