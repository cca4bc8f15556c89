/**
 * An import on a terminal: the comparisons as a table, then what was not compared and why, a line each, and how to read it last.
 * @packageDocumentation
 */
import type { Imported } from "../../import/imported.js";
import { formatCount } from "../../units/format.js";
import { fileLines, type NamedFile } from "../terminal/files.js";
import { painter } from "../terminal/paint.js";
import { wrap } from "../terminal/text.js";
import { comparisonDetails } from "./comparison-details.js";
import { comparisonTable, tableLegend } from "./comparison-table.js";
import { lineNames } from "./line-names.js";
import { fileText, headline, leftOutTexts, limitText, notUsedText, rulesetText, shareText, troubleText, WEAKNESS } from "./words.js";

/** How the report is set. */
export interface ImportTerminalOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
  /** Every comparison with its reason and the origin of its figures, and every figure that is left out. */
  readonly full?: boolean;
  /** Files that were written, each with what it is. */
  readonly files?: readonly NamedFile[];
}

/** Lines are not set wider than this, however wide the terminal is. */
export const MEASURE = 120;
/** Lines of figures that are not compared; `--full` and the other forms have them all. */
const MOST_LEFT_OUT = 20;
/** Lines of numbers that were not used. */
export const MOST_NOT_USED = 10;

/** The whole report as lines of text, with a line break at the end. */
export function renderImportTerminal(result: Imported, options: ImportTerminalOptions): string {
  const width = Math.min(MEASURE, Math.max(40, Math.floor(options.width)));
  const paint = painter(options.colour);
  const full = options.full === true;
  const names = lineNames(result);
  const section = (title: string, lines: readonly string[], most = Number.POSITIVE_INFINITY): readonly string[] => {
    const hidden = full ? 0 : Math.max(0, lines.length - most);
    const shown =
      hidden > 0 ? [...lines.slice(0, most), `and ${formatCount(hidden)} more: --full, or the HTML, Markdown and JSON reports`] : lines;
    return shown.length === 0
      ? []
      : ["", paint("heading", title), ...shown.flatMap((line) => wrap(line, width - 2, "  ").map((text) => `  ${text}`))];
  };
  const lines = [
    ...comparisonTable(result, names, width, paint),
    ...(full ? comparisonDetails(result, width, paint) : []),
    ...section(
      "Stated shares of the host, without the figures behind them",
      result.shares.map((one) => shareText(one, names.of(one))),
    ),
    ...section("Not compared, and why", leftOutTexts(result, names.of, full ? undefined : width - 2), MOST_LEFT_OUT),
    ...section(
      "Not used, and why",
      result.failures.map((one) => notUsedText(one, names.of(one), full ? undefined : width - 2)),
      MOST_NOT_USED,
    ),
    ...section(
      "Known troubles",
      result.troubles.map((one) => troubleText(one, names.of)),
    ),
    ...section(
      "Rulesets",
      result.rulesets.map((one) => rulesetText(one, names.of(one))),
    ),
    ...section("Limits that were reached", result.limits.map(limitText)),
    ...section("Files", result.files.map(fileText)),
    ...section("How this is read", [`${headline(result)}. ${names.legend}`, ...tableLegend(result), WEAKNESS]),
    ...fileLines(options.files ?? [], paint),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}
