/**
 * What every bench has in common: the facts of the machine on top, Markdown tables on standard output, the same as JSON in podwire-runs/.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type, version } from "node:os";
import { fileURLToPath } from "node:url";

/** The checkout's root folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * @typedef {{ title: string, head: readonly string[], rows: readonly (readonly string[])[], note?: string }} Table
 * @typedef {"met" | "missed" | "undecided"} Outcome what a target came to; undecided where the machine was too noisy to say
 */

/** What decides how fast things are here, read before a bench begins: it loads the machine itself. */
export function machineFacts() {
  const [cpu] = cpus();
  return {
    at: new Date().toISOString(),
    kernel: `${type()} ${release()} (${version()})`,
    cpu: `${cpu?.model.trim() ?? "unknown"}, ${String(cpus().length)} of them`,
    memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    load: loadavg()
      .map((load) => load.toFixed(2))
      .join(" "),
    node: process.version,
    podwire: podwireVersion(),
  };
}

function podwireVersion() {
  const { version: number } = /** @type {{ version: string }} */ (parsed(readFileSync(`${ROOT}package.json`, "utf8")));
  return number;
}

/** JSON of a known shape, for the caller to name. @param {string} text @returns {unknown} */
export const parsed = (text) => JSON.parse(text);

/** @param {boolean} isMet @returns {Outcome} */
export const met = (isMet) => (isMet ? "met" : "missed");

/** @param {number} value @param {number} digits @param {string} unit */
export const figure = (value, digits, unit) => `${value.toFixed(digits)} ${unit}`;

/** A table as Markdown, its title in bold above it. @param {Table} table */
export function markdown({ title, head, rows, note }) {
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(" | ")} |`;
  return [
    `**${title}**`,
    "",
    line(head),
    line(head.map(() => "---")),
    ...rows.map(line),
    ...(note === undefined ? [] : ["", note]),
    "",
  ].join("\n");
}

/**
 * Prints a bench's tables and writes them to podwire-runs/bench-NAME.json. The exit code is 1 when a target was missed.
 * @param {{ name: string, machine: ReturnType<typeof machineFacts>, short: boolean, tables: readonly Table[], outcomes: readonly Outcome[], figures: unknown }} bench
 */
export function record({ name, machine, short, tables, outcomes, figures }) {
  const warning = short ? ["**A short trial of the bench itself: these figures say nothing.**", ""] : [];
  const facts = Object.entries(machine).map(([fact, text]) => `- ${fact}: ${text}`);
  process.stdout.write(`${[...facts, "", ...warning, ...tables.map(markdown)].join("\n")}\n`);
  const file = `podwire-runs/bench-${name}.json`;
  mkdirSync(`${ROOT}podwire-runs`, { recursive: true });
  writeFileSync(
    `${ROOT}${file}`,
    `${JSON.stringify({ schema: "podwire/bench@1", bench: name, short, machine, tables, figures }, null, 2)}\n`,
  );
  process.stderr.write(`written to ${file}\n`);
  if (outcomes.includes("missed")) process.exitCode = 1;
}
