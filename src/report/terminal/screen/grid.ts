/**
 * The screen's table: a row a mode, a column a question, as exact as the width allows. The live view fills the same table.
 * @packageDocumentation
 */

import type { Heading } from "../../../model/metric-names.js";
import type { BaselineRow } from "../../question-table.js";
import type { Question } from "../../questions.js";
import type { Paint } from "../paint.js";
import { displayWidth, padEnd, padStart, plain, truncate } from "../text.js";
import { type CellStyle, cellText, figureForms, type GridCell, LEAST_ROOM, styleFor } from "./cell.js";
import { type LetteredNames, lettered } from "./letters.js";
import type { Signs } from "./signs.js";

/** A row of the table. */
export interface GridRow {
  readonly label: string;
  /** Its place; undefined where it has none. */
  readonly rank?: number | undefined;
  /** One a question. */
  readonly cells: readonly GridCell[];
  /** Whether something is said of it below. */
  readonly marked: boolean;
}

/** The whole table. */
export interface Grid {
  readonly questions: readonly Pick<Question, "metric" | "headings">[];
  readonly baselines: readonly BaselineRow[];
  readonly rows: readonly GridRow[];
  /** The question that is measured now; its heading stands out. */
  readonly now?: string | undefined;
}

/** How it is drawn. */
export interface GridOptions {
  readonly width: number;
  readonly signs: Signs;
  readonly paint: Paint;
}

/** A drawn table. */
export interface DrawnGrid {
  readonly lines: readonly string[];
  /** What letters stand for names that were too long, in at most so many lines; empty where there are none. */
  readonly letters: (most: number) => readonly string[];
  readonly style: CellStyle;
  /** Questions in each block; the last may have fewer. */
  readonly perBlock: number;
  /** The signs that join rows of one rank, where ranks themselves have no room and there are such rows. */
  readonly ties: string | undefined;
}

/** Names up to here stand in the table. */
const WIDEST_NAME = 16;
const WIDEST_ROOM = 13;
/** With less room than this a cell has no percent sign: then there is none for ranks either. */
const ROOM_BESIDE_RANKS = 10;
/** Two digits and a space; more where a rank has more. */
const RANK = 3;
const MARK = "!";

interface Measures {
  readonly name: number;
  /** 0 where ranks are not shown. */
  readonly rank: number;
  readonly room: number;
  readonly perBlock: number;
  readonly style: CellStyle;
}

/** Rows as the table calls them: by their names, or by letters. */
export const rowNames = (labels: readonly string[]): LetteredNames => lettered(labels, WIDEST_NAME);

/** Draws the table; where it is too narrow for all questions, in blocks below each other. */
export function drawGrid(grid: Grid, options: GridOptions): DrawnGrid {
  const { signs, width } = options;
  const names = rowNames(grid.rows.map(({ label }) => signs.text(plain(label))));
  const labels = [...names.shown, ...grid.baselines.map(({ label }) => signs.text(label))];
  const measures = measured(grid, Math.min(WIDEST_NAME, Math.max(4, ...labels.map(displayWidth))), options);
  const starts = Array.from({ length: Math.ceil(grid.questions.length / measures.perBlock) }, (_, block) => block * measures.perBlock);
  const lines = starts.flatMap((start, block) => [
    ...(block === 0 ? [] : [""]),
    ...drawBlock(grid, names.shown, { from: start, to: start + measures.perBlock }, measures, options),
  ]);
  const { perBlock, style } = measures;
  const isTied = measures.rank === 0 && grid.rows.some((_row, index) => tieOf(grid.rows, index, signs) !== " ");
  return { lines, letters: (most) => names.legend(width, most), style, perBlock, ties: isTied ? signs.ties.join("") : undefined };
}

function measured({ questions, rows }: Grid, name: number, { width, signs }: GridOptions): Measures {
  const roomFor = (taken: number, columns: number, mark: number): number =>
    Math.min(WIDEST_ROOM, Math.floor((width - taken - mark) / Math.max(1, columns)) - 1);
  // A mark stands apart from the last cell, unless that would cost a cell its style.
  const roomBeside = (taken: number, columns: number): number => {
    const [apart, close] = [roomFor(taken, columns, MARK.length + 1), roomFor(taken, columns, MARK.length)];
    return apart >= LEAST_ROOM && styleFor(apart, signs) === styleFor(close, signs) ? apart : close;
  };
  const widest = Math.max(RANK, ...rows.map(({ rank }) => String(rank ?? "").length + 1));
  const ranked = rows.some(({ rank }) => rank !== undefined) && roomBeside(name + widest, questions.length) >= ROOM_BESIDE_RANKS;
  const rank = ranked ? widest : 0;
  const room = roomBeside(name + rank, questions.length);
  if (room >= LEAST_ROOM) return { name, rank, room, perBlock: Math.max(1, questions.length), style: styleFor(room, signs) };
  const perBlock = Math.max(1, Math.floor((width - name - MARK.length) / (LEAST_ROOM + 1)));
  const least = Math.max(LEAST_ROOM, roomBeside(name, perBlock));
  return { name, rank: 0, room: least, perBlock, style: styleFor(least, signs) };
}

function drawBlock(
  { questions, baselines, rows, now }: Grid,
  names: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
  { name, rank, room, style }: Measures,
  { width, signs, paint }: GridOptions,
): readonly string[] {
  const shown = questions.slice(from, to);
  const label = (text: string, place?: number): string =>
    `${rank === 0 ? "" : padEnd(padStart(place === undefined ? "" : String(place), rank - 1), rank)}${padEnd(truncate(text, name), name)}`;
  const line = (head: string, cells: readonly string[]): string => `${head}${cells.map((text) => ` ${text}`).join("")}`;
  const heading = (part: 0 | 1): string =>
    line(
      label(""),
      shown.map(({ headings, metric }) =>
        paint(metric === now ? "strong" : "quiet", padStart(truncate(signs.text(plain(fitting(headings, room)[part])), room), room)),
      ),
    );
  const taken = name + rank + shown.length * (room + 1);
  const mark = `${" ".repeat(Math.min(1, Math.max(0, width - taken - MARK.length)))}${MARK}`;
  return [
    heading(0),
    heading(1),
    ...baselines.map(({ label: text, figures }) =>
      line(
        paint("quiet", label(signs.text(text))),
        figures.slice(from, to).map((figure) => {
          const forms = figure === undefined ? ["-"] : figureForms(figure, signs);
          return paint("quiet", padStart(forms.find((form) => displayWidth(form) <= room) ?? "-", room));
        }),
      ),
    ),
    ...rows.map((row, index) => {
      const cells = row.cells.slice(from, to).map((cell) => paint(cell.role, padStart(cellText(cell, style, room, signs), room)));
      const [first = "", ...others] = cells;
      const tie = rank === 0 ? tieOf(rows, index, signs) : " ";
      const set = cells.length === 0 ? label(names[index] ?? "") : line(`${label(names[index] ?? "", row.rank)}${tie}${first}`, others);
      return `${set}${row.marked ? paint("warning", mark) : ""}`;
    }),
  ].map((text) => text.trimEnd());
}

/** What joins a row to those of the same rank above and below it. */
function tieOf(rows: readonly GridRow[], index: number, { ties: [first, middle, last] }: Signs): string {
  const rank = rows[index]?.rank;
  const [above, below] = [rows[index - 1]?.rank, rows[index + 1]?.rank].map((other) => rank !== undefined && other === rank);
  return above === true ? (below === true ? middle : last) : below === true ? first : " ";
}

function fitting(headings: readonly Heading[], room: number): Heading {
  const fits = headings.find(([top, bottom]) => displayWidth(top) <= room && displayWidth(bottom) <= room);
  return fits ?? headings.at(-1) ?? ["", ""];
}
