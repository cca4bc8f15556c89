// Writes docs/modes/ from the mode files; with --check it only says whether the pages are current.
import { MODES } from "../dist/modes/index.js";
import { modeIndex, modePage } from "../dist/report/markdown/mode-page.js";
import { keepCurrent } from "./generated-files.mjs";

/** @type {Map<string, string>} */
const pages = new Map([["README.md", modeIndex(MODES)]]);
for (const mode of MODES) pages.set(`${mode.name}.md`, modePage(mode));
keepCurrent("docs/modes", pages, "npm run docs:modes");
