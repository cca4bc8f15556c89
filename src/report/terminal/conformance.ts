/**
 * Conformance on a terminal: the answer, the matrix, and what stands out of it with its evidence.
 * @packageDocumentation
 */
import type { Conformance, RunConformance } from "../../model/conformance.js";
import {
  absencesOf,
  absenceText,
  cellName,
  conformanceAnswer,
  contradictedCells,
  contradictionText,
  MARK_MEANINGS,
  type Mark,
  marksIn,
  matrixOf,
  resultText,
  rowName,
  triedText,
  untriedOf,
  untriedText,
  withReason,
} from "../conformance/matrix.js";
import { fileLines, type NamedFile } from "./files.js";
import { type Paint, painter, type Role } from "./paint.js";
import { letter } from "./screen/letters.js";
import { clipped, PROSE_WIDTH, padEnd, plain, wrap } from "./text.js";

/** How it is set. */
export interface ConformanceSetting {
  readonly width: number;
  readonly colour: boolean;
  readonly utf8: boolean;
  /** Every cell with its evidence. */
  readonly full: boolean;
  /** Files that were written. */
  readonly files?: readonly NamedFile[];
}

/** How each mark looks, and its sign in ASCII. */
const LOOKS: Readonly<Record<Mark, readonly [ascii: string, role: Role]>> = {
  works: ["+", "same"],
  "does-not-work": ["x", "slower"],
  partly: ["%", "undecided"],
  "not-offered": ["-", "quiet"],
  "not-applicable": [".", "quiet"],
  absent: [" ", "plain"],
};

/** More than these are counted. */
const MOST_NOTES = 12;

/** The whole text, each line ended. */
export function renderConformance(conformance: Conformance, setting: ConformanceSetting): string {
  const { width, colour, full, files = [] } = setting;
  const lines = [
    ...wrap(conformanceAnswer(conformance), Math.min(width, PROSE_WIDTH)),
    "",
    ...body(conformance, setting),
    ...(full ? ["", ...everyCell(conformance, width)] : []),
    ...fileLines(files, painter(colour)),
  ];
  return `${lines.join("\n")}\n`;
}

/** What works on the modes of a run, as a part of its whole report. What each cell is shown by stands on its page. */
export function triedInRun(conformance: RunConformance | undefined, setting: Omit<ConformanceSetting, "full">): readonly string[] {
  if (conformance === undefined) return [];
  const { width, colour } = setting;
  const told = `${triedText(conformance)} ${conformanceAnswer(conformance)} The page (--html) has the evidence of each cell.`;
  return ["", painter(colour)("heading", "What works"), ...wrap(told, width), "", ...body(conformance, { ...setting, full: true })];
}

/** The matrix, and what stands out of it: a line each unless everything is asked for. */
function body(conformance: Conformance, setting: ConformanceSetting): readonly string[] {
  const { width, colour, full } = setting;
  const paint = painter(colour);
  const notes = notesOf(conformance);
  const shown = full ? notes : notes.slice(0, MOST_NOTES);
  const more = notes.length - shown.length;
  const set = (text: string): readonly string[] => (full ? wrap(text, width, "    ") : [clipped(plain(text), width)]);
  const matrix = matrixLines(conformance, setting, paint);
  return [
    ...matrix,
    ...(shown.length === 0
      ? []
      : [...(matrix.length === 0 ? [] : [""]), ...shown.flatMap(({ text, role }) => set(text).map((line) => paint(role, line)))]),
    ...(more > 0 ? [`and ${String(more)} more: --full`] : []),
  ];
}

interface Note {
  readonly text: string;
  readonly role: Role;
}

/** Letters stand for the variants, as in the matrix; all of them need no letters. */
function notesOf(conformance: Conformance): readonly Note[] {
  const all = matrixOf(conformance).variants;
  const whose = (names: readonly string[]): string =>
    names.length === all.length ? "all" : names.map((name) => letter(all.indexOf(name))).join(" ");
  return [
    ...contradictedCells(conformance).map((cell): Note => ({ text: `${cell.variant}: ${contradictionText(cell)}`, role: "slower" })),
    ...untriedOf(conformance).map(
      (one): Note => ({
        text: `${one.variants.join(", ")}: ${untriedText(one)}`,
        role: one.status === "failed" ? "slower" : "quiet",
      }),
    ),
    ...absencesOf(conformance).map((one): Note => ({ text: `${whose(one.variants)}: ${absenceText(one)}`, role: "plain" })),
  ];
}

const GAP = 2;

/** A column a variant, by letters where their names have no room. */
function matrixLines(conformance: Conformance, { utf8, width }: ConformanceSetting, paint: Paint): string[] {
  const matrix = matrixOf(conformance);
  const { variants, rows } = matrix;
  if (rows.length === 0) return [];
  const label = Math.max(...rows.map((row) => rowName(row).length)) + GAP;
  const perBlock = Math.max(1, Math.floor((width - label) / (1 + GAP)));
  const letters = variants.map((_, index) => letter(index));
  const blocks = Array.from({ length: Math.ceil(variants.length / perBlock) }, (_, block) => block * perBlock);
  const legend = marksIn(matrix).map((mark) => `${sign(mark, utf8)} ${MARK_MEANINGS[mark].words}`);
  return [
    ...blocks.flatMap((from) => {
      const columns = letters.slice(from, from + perBlock);
      const head = padEnd("", label) + columns.map((one) => padEnd(one, 1 + GAP)).join("");
      return [
        paint("heading", head.trimEnd()),
        ...rows.map((row) => {
          const cells = row.marks.slice(from, from + perBlock).map((mark) => paint(LOOKS[mark][1], sign(mark, utf8)));
          return (padEnd(rowName(row), label) + cells.join(" ".repeat(GAP))).trimEnd();
        }),
      ];
    }),
    "",
    ...wrap(variants.map((variant, index) => `${letters[index] ?? ""}: ${variant}`).join("; "), Math.min(width, PROSE_WIDTH)),
    ...wrap(legend.join("; "), Math.min(width, PROSE_WIDTH)),
  ];
}

const sign = (mark: Mark, utf8: boolean): string => (utf8 ? MARK_MEANINGS[mark].sign : LOOKS[mark][0]);

function everyCell({ variants }: Conformance, width: number): string[] {
  return variants.flatMap(({ variant, cells }) => [
    variant,
    ...cells.flatMap((cell) => wrap(`  ${cellName(cell)}: ${resultText(cell)}: ${withReason(cell)}`, width, "    ")),
  ]);
}
