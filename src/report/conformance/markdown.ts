/**
 * What works on the modes of a run, as Markdown behind a fold.
 * @packageDocumentation
 */
import type { RunConformance } from "../../model/conformance.js";
import { table } from "../markdown/blocks.js";
import { plainText } from "../markdown/plain-text.js";
import {
  absencesOf,
  absenceText,
  conformanceAnswer,
  contradictedCells,
  contradictionText,
  MARK_MEANINGS,
  marksIn,
  matrixOf,
  rowName,
  triedText,
  untriedOf,
  untriedText,
} from "./matrix.js";

/** The parts below the fold; none where nothing was tried. */
export function triedParts(conformance: RunConformance | undefined): readonly string[] {
  if (conformance === undefined) return [];
  const matrix = matrixOf(conformance);
  const rows = matrix.rows.map((row) => [plainText(rowName(row)), ...row.marks.map((mark) => MARK_MEANINGS[mark].sign)]);
  const legend = marksIn(matrix).map((mark) => `${MARK_MEANINGS[mark].sign} ${MARK_MEANINGS[mark].words}`);
  const notes = [
    ...contradictedCells(conformance).map((cell) => `${cell.variant}: ${contradictionText(cell)}`),
    ...untriedOf(conformance).map((one) => `${one.variants.join(", ")}: ${untriedText(one)}`),
    ...absencesOf(conformance).map((one) => `${one.variants.join(", ")}: ${absenceText(one)}`),
  ];
  return [
    plainText(`${triedText(conformance)} ${conformanceAnswer(conformance)}`),
    rows.length === 0 ? "" : table(["check", ...matrix.variants.map(plainText)], rows),
    plainText(legend.join("; ")),
    notes.map((note) => `- ${plainText(note)}`).join("\n"),
  ];
}
