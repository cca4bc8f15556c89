/**
 * Every comparison of an import in full: what it rests on, what weakens it, and where each figure stands.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported } from "../../import/imported.js";
import { VERDICT_SIGNS } from "../terminal/cells.js";
import type { Paint } from "../terminal/paint.js";
import { displayWidth, labelled, padEnd, plain, wrap } from "../terminal/text.js";
import { aboutText, bySubject, figuresOf, originText, ratioText, sideText, verdictText } from "./words.js";

/** Figures of a side whose origin is shown. */
const MOST_ORIGINS = 3;

/** The comparisons one below the other, by the mode that they are about. */
export function comparisonDetails(result: Imported, width: number, paint: Paint): readonly string[] {
  return bySubject(result).flatMap(([subject, all]) => [
    "",
    paint("heading", plain(subject)),
    ...all.flatMap((one) => comparison(result, one, width, paint)),
  ]);
}

function comparison(result: Imported, one: ImportComparison, width: number, paint: Paint): readonly string[] {
  const label = wrap(aboutText(one), width - 2).map((line) => `  ${line}`);
  const verdict = paint(one.verdict, `${VERDICT_SIGNS[one.verdict]} ${verdictText(one)}`);
  const rows: readonly (readonly [string, string])[] = [
    ["pods", sideText(one.pod, one.unit)],
    ["hosts", sideText(one.host, one.unit)],
  ];
  const quiet = (text: string): readonly string[] => wrap(text, width - 6, "  ").map((line) => `      ${paint("quiet", line)}`);
  return [
    ...label,
    `    ${padEnd(one.difference === null ? "ratio" : "gap", 6)}${paint("strong", ratioText(one))}  ${verdict}`,
    ...rows.flatMap(([name, text]) => labelled(`    ${name}`, text, 10, width)),
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
