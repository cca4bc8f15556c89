/**
 * Every figure of an import as a line of CSV (RFC 4180).
 * @packageDocumentation
 */
import { conditionsText } from "../../import/comparing/conditions.js";
import type { Imported, ImportedFigure } from "../../import/imported.js";

const COLUMNS: readonly (readonly [head: string, value: (figure: ImportedFigure) => string | number | null])[] = [
  ["file", (one) => one.file],
  ["line", (one) => one.line],
  ["recogniser", (one) => one.recogniser],
  ["metric", (one) => one.metric],
  ["value", (one) => one.value],
  ["unit", (one) => one.unit],
  ["n", (one) => one.n],
  ["n of", (one) => one.of],
  ["role", (one) => one.role],
  ["mode", (one) => one.subject],
  ["conditions", (one) => conditionsText(one.conditions)],
  ["use", (one) => one.use],
  ["reason", (one) => one.reason],
  ["why", (one) => one.why.join("; ")],
  ["notes", (one) => one.notes.join("; ")],
  ["text", (one) => one.text],
];

/** The figures in their order. Lines end with CR LF, as the RFC says; there is always a head. */
export function renderImportCsv(result: Imported): string {
  const lines = [COLUMNS.map(([head]) => head), ...result.figures.map((figure) => COLUMNS.map(([, value]) => value(figure)))];
  return lines.map((cells) => `${cells.map(cell).join(",")}\r\n`).join("");
}

/** Text that a spreadsheet would take for a formula gets an apostrophe before it: imported text is not ours. */
function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
