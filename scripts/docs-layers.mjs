// Writes docs/layers/ from the layer files; with --check it only says whether the pages are current.
import { LAYERS } from "../dist/layers/index.js";
import { layerIndex, layerPage } from "../dist/report/markdown/layer-page.js";
import { keepCurrent } from "./generated-files.mjs";

/** @type {Map<string, string>} */
const pages = new Map([["README.md", layerIndex(LAYERS)]]);
for (const layer of LAYERS) pages.set(`${layer.name}.md`, layerPage(layer));
keepCurrent("docs/layers", pages, "npm run docs:layers");
