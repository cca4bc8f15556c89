/** docs/modes/ is made from the mode files; this says when they have drifted apart. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MODES } from "../src/modes/index.js";
import { LAB_DEVIATIONS } from "../src/modes/lab-deviations.js";
import { modeIndex, modePage } from "../src/report/markdown/mode-page.js";

const folder = new URL("../docs/modes/", import.meta.url);
const page = (name: string): string => readFileSync(new URL(name, folder), "utf8");

test.each(MODES.map((mode) => [mode.name, mode] as const))("the page of %s is current (npm run docs:modes)", (name, mode) => {
  expect(page(`${name}.md`)).toBe(modePage(mode));
});

test.each(MODES.map((mode) => [mode.name] as const))("the page of %s says what every mode of the lab deviates in", (name) => {
  for (const deviation of LAB_DEVIATIONS) expect(page(`${name}.md`)).toContain(deviation);
});

test("the index is current, and there is no page without a mode", () => {
  expect(page("README.md")).toBe(modeIndex(MODES));
  expect(readdirSync(folder).sort()).toEqual(["README.md", ...MODES.map((mode) => `${mode.name}.md`)].sort());
});
