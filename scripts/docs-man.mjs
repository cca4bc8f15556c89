// Writes man/podwire.1 from the program's commands; with --check it only says whether the page is current. The page's date is the day on which it last changed.
import { existsSync, readFileSync } from "node:fs";
import { manPage } from "../dist/cli/manual/page.js";
import { buildProgram } from "../dist/cli/program.js";
import { parsed } from "./bench/record.mjs";
import { keepCurrent } from "./generated-files.mjs";

const place = new URL("../man/podwire.1", import.meta.url);
const current = existsSync(place) ? readFileSync(place, "utf8") : "";
const today = new Date().toISOString().slice(0, 10);
const { version } = /** @type {{ version: string }} */ (parsed(readFileSync(new URL("../package.json", import.meta.url), "utf8")));

/** The command tree alone: nothing is run, so nothing of the world is needed. */
const world = { called: { program: "podwire", completing: false }, version, terminal: { out: () => undefined, err: () => undefined } };
const program = buildProgram(/** @type {import("../dist/cli/context.js").CliContext} */ (/** @type {unknown} */ (world)), () => undefined);

/** @param {string} date */
const page = (date) => manPage(program, { version, date });
const unchanged = page(/^\.TH PODWIRE 1 (\S+)/m.exec(current)?.[1] ?? today);
keepCurrent("man", new Map([["podwire.1", unchanged === current ? current : page(today)]]), "npm run docs:man");
