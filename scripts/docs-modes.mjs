// Writes docs/modes/ from the mode files; with --check it only says whether the pages are current.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { MODES } from "../dist/modes/index.js";
import { modeIndex, modePage } from "../dist/report/markdown/mode-page.js";

const folder = new URL("../docs/modes/", import.meta.url);
/** @type {Map<string, string>} */
const pages = new Map([["README.md", modeIndex(MODES)]]);
for (const mode of MODES) pages.set(`${mode.name}.md`, modePage(mode));

mkdirSync(folder, { recursive: true });
const present = readdirSync(folder);
const stale = [
  ...present.filter((name) => !pages.has(name)),
  ...[...pages]
    .filter(([name, text]) => !present.includes(name) || readFileSync(new URL(name, folder), "utf8") !== text)
    .map(([name]) => name),
];
if (process.argv.includes("--check")) {
  if (stale.length > 0) {
    process.stderr.write(`docs/modes is not current (${stale.join(", ")}); run: npm run docs:modes\n`);
    process.exitCode = 1;
  }
} else {
  for (const name of stale) rmSync(new URL(name, folder), { force: true });
  for (const [name, text] of pages) writeFileSync(new URL(name, folder), text);
}
