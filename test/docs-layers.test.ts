/** docs/layers/ is made from the layer files; this says when they have drifted apart. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LAYERS } from "../src/layers/index.js";
import { layerIndex, layerPage } from "../src/report/markdown/layer-page.js";

const folder = new URL("../docs/layers/", import.meta.url);
const page = (name: string): string => readFileSync(new URL(name, folder), "utf8");

test.each(LAYERS.map((layer) => [layer.name, layer] as const))("the page of %s is current (npm run docs:layers)", (name, layer) => {
  expect(page(`${name}.md`)).toBe(layerPage(layer));
});

test("the index is current, and there is no page without a layer", () => {
  expect(page("README.md")).toBe(layerIndex(LAYERS));
  expect(readdirSync(folder).sort()).toEqual(["README.md", ...LAYERS.map((layer) => `${layer.name}.md`)].sort());
});
