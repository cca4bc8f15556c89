/**
 * An import on a terminal.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported } from "../../import/imported.js";
import { formatCount, formatPercent } from "../../units/format.js";
import { VERDICT_SIGNS } from "../terminal/cells.js";
import { type Paint, painter } from "../terminal/paint.js";
import { displayWidth, padEnd, plain, wrap } from "../terminal/text.js";
import {
  aboutText,
  bySubject,
  figuresOf,
  fileText,
  headline,
  leftOut,
  leftOutText,
  limitText,
  originText,
  placeText,
  ratioText,
  rulesetText,
  sideText,
  WEAKNESS,
} from "./words.js";

/** How the report is set. */
export interface ImportTerminalOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
  /** Files that were written, each with what it is. */
  readonly files?: readonly (readonly [what: string, path: string])[];
}

const MEASURE = 120;
/** Lines of figures that are not compared; the other forms have them all. */
const MOST_LEFT_OUT = 20;
/** Figures of a side whose origin is shown. */
const MOST_ORIGINS = 3;

/** The whole report as lines of text, with a line break at the end. */
export function renderImportTerminal(result: Imported, options: ImportTerminalOptions): string {
  const width = Math.min(MEASURE, Math.max(40, Math.floor(options.width)));
  const paint = painter(options.colour);
  const section = (title: string, lines: readonly string[]): readonly string[] =>
    lines.length === 0
      ? []
      : ["", paint("heading", title), ...lines.flatMap((line) => wrap(`  ${line}`, width - 2, "    ").map((text) => `  ${text}`))];
  const rest = leftOut(result);
  const shown = rest.slice(0, MOST_LEFT_OUT).map(leftOutText);
  const hidden = rest.length - shown.length;
  const lines = [
    ...wrap(`podwire import: ${headline(result)}`, width).map((line) => paint("heading", line)),
    ...wrap(WEAKNESS, width).map((line) => paint("warning", line)),
    ...comparisons(result, width, paint),
    ...section(
      "Stated shares of the host, without the figures behind them",
      result.shares.map(
        (one) =>
          `${one.subject ?? "mode not named"}: ${one.title} ${formatPercent(one.ratio)} of the host (n 1, no interval), undecided; ${placeText(one)} "${one.text}"`,
      ),
    ),
    ...section(
      "Known troubles",
      result.troubles.flatMap((one) => [
        `${one.cause} (seen ${formatCount(one.count)} x, ${one.places.map(placeText).slice(0, 3).join(", ")}). Fix: ${one.fix}`,
      ]),
    ),
    ...section("Rulesets", result.rulesets.map(rulesetText)),
    ...section("Not compared", [
      ...shown,
      ...(hidden > 0 ? [`and ${formatCount(hidden)} more: the HTML, Markdown, CSV and JSON reports have them all`] : []),
    ]),
    ...section(
      "Outputs without a figure",
      result.failures.slice(0, MOST_LEFT_OUT).map((one) => `${placeText(one)} ${one.tool}: ${one.why}`),
    ),
    ...section("Limits that were reached", result.limits.map(limitText)),
    ...section("Files", result.files.map(fileText)),
    ...(options.files === undefined || options.files.length === 0
      ? []
      : ["", ...options.files.map(([what, path]) => `${paint("quiet", what)}  ${plain(path)}`)]),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function comparisons(result: Imported, width: number, paint: Paint): readonly string[] {
  if (result.comparisons.length === 0) return ["", "Nothing can be compared: no figure of pods has a counterpart between hosts."];
  const blocks = bySubject(result).flatMap(([subject, all]) => [
    "",
    paint("heading", plain(subject)),
    ...all.flatMap((one) => comparison(result, one, width, paint)),
  ]);
  return [
    ...blocks,
    "",
    ...wrap(
      "Ratio: pods over hosts. n is the number of outputs. A verdict needs an interval, and an interval three outputs a side.",
      width,
    ).map((line) => paint("quiet", line)),
  ];
}

function comparison(result: Imported, one: ImportComparison, width: number, paint: Paint): readonly string[] {
  const labelled = (name: string, text: string): readonly string[] =>
    wrap(text, width - 10).map((line, index) => `    ${padEnd(index === 0 ? name : "", 6)}${line}`);
  const label = wrap(aboutText(one), width - 2).map((line) => `  ${line}`);
  const verdict = paint(one.verdict, `${VERDICT_SIGNS[one.verdict]} ${one.verdict} at ±${formatPercent(one.margin)}`);
  const rows: readonly (readonly [string, string])[] = [
    ["pods", sideText(one.pod, one.unit)],
    ["hosts", sideText(one.host, one.unit)],
  ];
  const quiet = (text: string): readonly string[] => wrap(text, width - 6, "  ").map((line) => `      ${paint("quiet", line)}`);
  return [
    ...label,
    `    ${padEnd(one.difference === null ? "ratio" : "gap", 6)}${paint("strong", ratioText(one))}  ${verdict}`,
    ...rows.flatMap(([name, text]) => labelled(name, text)),
    ...quiet(one.reason),
    ...one.weaknesses.flatMap(quiet),
    ...origins(result, "pods", one.pod).flatMap(quiet),
    ...origins(result, "hosts", one.host).flatMap(quiet),
  ].filter((line) => displayWidth(line.trim()) > 0);
}

function origins(result: Imported, name: string, side: ComparedSide): readonly string[] {
  const figures = figuresOf(result, side);
  const more = figures.length - MOST_ORIGINS;
  return [
    ...figures.slice(0, MOST_ORIGINS).map((figure) => `${name}: ${originText(figure)}`),
    ...(more > 0 ? [`${name}: and ${String(more)} more`] : []),
  ];
}
