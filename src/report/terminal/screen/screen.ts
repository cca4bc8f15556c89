/**
 * One screen that says it all: the answer, one table, what to know about it, and where the rest is. Every command that ends with figures ends with it.
 * @packageDocumentation
 */
import type { Answer } from "../../answer.js";
import type { Note } from "../../notes.js";
import { type QuestionCell, type QuestionTable, ratioCells } from "../../question-table.js";
import type { VerdictMeanings } from "../../verdict-meanings.js";
import { TIED } from "../../words.js";
import type { NamedFile } from "../files.js";
import { type Paint, painter } from "../paint.js";
import type { Room } from "../room.js";
import { clipped, displayWidth, PROSE_WIDTH, padEnd, plain, wrap } from "../text.js";
import { figureForms, type GridCell } from "./cell.js";
import { type DrawnGrid, drawGrid } from "./grid.js";
import { type Signs, signsFor } from "./signs.js";

/** What a screen says. */
export interface Screen {
  readonly answer: Answer;
  readonly table: QuestionTable;
  /** What the verdicts' signs mean, in a few words each. */
  readonly verdicts: VerdictMeanings;
  readonly notes: readonly Note[];
  /** Tables that stand below the one of questions; absent where there are none. They take room from the notes. */
  readonly tables?: (room: Room) => readonly string[];
  /** What works; absent where nothing was tried. It takes room from the notes, and from the tables all but what they need at least. */
  readonly works?: (room: Room) => readonly string[];
  /** Files, each with what it is, e.g. `["run file", "podwire-runs/x.json"]`. */
  readonly files: readonly NamedFile[];
  /** The command that prints everything, in several lengths, longest first. */
  readonly everything: readonly string[];
}

/** How it is set. */
export interface ScreenOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether the terminal shows UTF-8. */
  readonly utf8: boolean;
}

const ANSWER_LINES = 4;
/** Where there are fewer columns than this, an answer may take more lines. */
const NARROW = 80;
const NARROW_ANSWER_LINES = 6;
const MOST_NOTES = 12;
const LEAST_NOTES = 3;
/** Lines that say what letters stand for. */
const MOST_LETTER_LINES = 8;
/** A screen of twelve rows has no more lines than this. */
const SCREEN_LINES = 40;
const USUAL_ROWS = 12;

/** The whole screen as lines of text, with a line break at the end. */
export function renderScreen(screen: Screen, options: ScreenOptions): string {
  const width = Math.max(40, Math.floor(options.width));
  const setting = { width, paint: painter(options.colour), signs: signsFor(options.utf8) };
  const head = answerLines(screen.answer, width, setting.signs).map((line) => setting.paint("strong", line));
  const table = tableLines(screen, setting);
  const end = endLines(screen, setting);
  const rows = Math.max(0, screen.table.rows.length - USUAL_ROWS);
  const free = SCREEN_LINES + rows - (head.length + table.length + end.length + 1);
  const leastNotes = screen.notes.length === 0 ? 0 : 1 + Math.min(LEAST_NOTES, screen.notes.length);
  const most = free - leastNotes;
  const works = partLines(screen.works, most - partLines(screen.tables, 0, setting).length, setting);
  const tables = partLines(screen.tables, most - works.length, setting);
  const room = Math.max(LEAST_NOTES, free - works.length - tables.length - 1);
  const lines = [...head, ...table, ...tables, ...works, ...noteLines(screen.notes, room, setting), "", ...end];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

interface Setting {
  readonly width: number;
  readonly paint: Paint;
  readonly signs: Signs;
}

const partLines = (part: Screen["tables"], most: number, { width, paint, signs }: Setting): readonly string[] =>
  (part?.({ width, paint, most }) ?? []).map((line) => signs.text(line));

/** Sentences are shortened from the last one on, then left out, until the answer has no more lines than it may. */
export function answerLines(answer: Answer, width: number, signs: Signs): readonly string[] {
  const most = width < NARROW ? NARROW_ANSWER_LINES : ANSWER_LINES;
  const measure = Math.min(width, PROSE_WIDTH);
  const texts = answer.map(({ text }) => text);
  const set = (): readonly string[] => wrapped(signs, plain(texts.filter((text) => text !== "").join(" ")), measure);
  const short = (index: number): string => answer[index]?.short ?? "";
  for (const use of [(index: number) => answer[index]?.medium ?? short(index), short, () => ""]) {
    for (let index = answer.length - 1; index >= 0 && set().length > most; index -= 1)
      if (index > 0 || use(0) !== "") texts[index] = use(index);
  }
  const lines = set();
  return lines.length <= most ? lines : [...lines.slice(0, most - 1), clipped(lines.slice(most - 1).join(" "), measure)];
}

function tableLines(screen: Screen, setting: Setting): readonly string[] {
  const { table, notes } = screen;
  if (table.rows.length === 0 || table.questions.length === 0) return [];
  const shown = new Set(table.questions.map(({ metric }) => metric));
  const noted = new Set(notes.flatMap(({ rows, metrics }) => (metrics.length === 0 || metrics.some((one) => shown.has(one)) ? rows : [])));
  const rows = table.rows.map(({ label, name, rank, cells }) => ({
    label,
    rank,
    cells: cells.map((cell) => gridCell(cell, setting.signs)),
    marked: noted.has(name),
  }));
  const drawn = drawGrid({ questions: table.questions, baselines: table.baselines, rows }, setting);
  return [
    "",
    ...drawn.lines,
    ...drawn.letters(MOST_LETTER_LINES).map((line) => setting.paint("quiet", line)),
    ...legend(screen, drawn, setting),
  ];
}

/** A cell with its verdict's sign and colour. */
export function gridCell(cell: QuestionCell, signs: Signs): GridCell {
  if (cell.kind === "ratio") {
    const { ratio, distance, limit, verdict } = cell;
    if (verdict === undefined) return { kind: "ratio", ratio, distance, limit, sign: " ", role: "quiet" };
    return { kind: "ratio", ratio, distance, limit, sign: signs.verdicts[verdict], role: verdict };
  }
  const figure = cell.status === "no-ratio" && cell.figure !== undefined ? figureForms(cell.figure, signs) : [];
  return {
    kind: "words",
    forms: [...figure, cell.word, SHORTER[cell.status], "-"],
    role: cell.status === "refused" || cell.status === "broken" ? "warning" : "quiet",
  };
}

const SHORTER: Readonly<Record<Extract<QuestionCell, { kind: "empty" }>["status"], string>> = {
  "not-measured": "-",
  unsupported: "n/a",
  refused: "ref.",
  failed: "fail",
  broken: "brkn",
  "no-ratio": "-",
};

function legend({ table, verdicts }: Screen, drawn: DrawnGrid, { width, paint, signs }: Setting): readonly string[] {
  const { faster, slower, same, undecided } = signs.verdicts;
  const cells = ratioCells(table);
  if (cells.length === 0) return [];
  const parts = [
    `${faster} ${verdicts.faster}, ${slower} ${verdicts.slower}`,
    `${same} ${verdicts.same}`,
    `${undecided} ${verdicts.undecided}`,
    ...(cells.every((cell) => cell.distance === undefined) ? [] : distanceMeaning(drawn, signs)),
    ...(drawn.ties === undefined ? [] : [`${drawn.ties} ${TIED}`]),
  ];
  return wrapped(signs, parts.join("; "), width, BEHIND_SIGN).map((line) => paint("quiet", line));
}

/** How the distance behind a ratio is to be read, as it is drawn here. */
function distanceMeaning({ style, lines }: DrawnGrid, { plusMinus }: Signs): readonly string[] {
  if (style.distance === "none") return [];
  const hasMultiples = lines.some((line) => line.split(plusMinus).some((part, index) => index > 0 && /^>?\dx/.test(part)));
  const unit = style.distance === "bare" ? ", in %" : "";
  return [`${plusMinus} to the farther limit${unit}${hasMultiples ? ", 2x: 200 %" : ""}`];
}

/** Lines of a text that does not break between a number and its unit, nor where `whole` says. */
function wrapped(signs: Signs, text: string, width: number, whole: RegExp = BEFORE_UNIT): readonly string[] {
  const joined = signs.text(text).replace(BEFORE_UNIT, UNBROKEN).replace(whole, UNBROKEN);
  return wrap(joined, width).map((line) => line.replaceAll(UNBROKEN, " "));
}

const BEFORE_UNIT = /(?<=\d) (?=%|[kMG]?bit\/s)/g;
/** Between a sign of the legend and what it means. */
const BEHIND_SIGN = /(?<=(?:^|[;,] )[^\s:]{1,3}) /g;

/** Stands for a space at which no line breaks: no text has this private character. */
const UNBROKEN = "\ue000";

function noteLines(notes: readonly Note[], room: number, { width, paint, signs }: Setting): readonly string[] {
  if (notes.length === 0) return [];
  const shown = notes.length <= Math.min(room, MOST_NOTES) ? notes : notes.slice(0, Math.min(room - 1, MOST_NOTES));
  const rest = notes.length - shown.length;
  return [
    "",
    ...shown.map((note) => {
      const line = clipped(signs.text(plain(`${note.subject}: ${note.text}`)), width - 2);
      return `${paint("warning", note.rows.length === 0 ? "-" : "!")} ${line}`;
    }),
    ...(rest > 0 ? [`  and ${String(rest)} more: --full`] : []),
  ];
}

function endLines({ files, everything }: Screen, { width, paint }: Setting): readonly string[] {
  const widest = Math.max(EVERYTHING.length, ...files.map(([what]) => displayWidth(what)));
  const command = everything.find((text) => widest + 2 + displayWidth(text) <= width) ?? everything.at(-1) ?? "";
  return [...files, [EVERYTHING, command] as const].map(([what, text]) => `${paint("quiet", padEnd(what, widest))}  ${plain(text)}`);
}

const EVERYTHING = "everything";
