/**
 * Modes by questions, as data: what the screen, the first picture of a page and the head of a ticket all show.
 * @packageDocumentation
 */
import type { Flag } from "../model/doubt.js";
import type { Run } from "../model/run.js";
import type { Cell, CellRatio, Summary, Verdict } from "../model/summary.js";
import type { Unit } from "../units/quantity.js";
import { labelOf } from "./labels.js";
import { baselinesOf, columnsOf, type ReportRow, rowsOf } from "./outline.js";
import { askedOf, type Question, questionOf } from "./questions.js";
import { inFullWords, partsOf } from "./reasons.js";

/** An absolute figure. */
export interface Figure {
  readonly median: number;
  readonly unit: Unit;
  /** Whether the true figure may lie above it. */
  readonly atLeast: boolean;
}

/** A ratio with what belongs to it. */
export interface RatioCell {
  readonly kind: "ratio";
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
  /** Set where the ratio is itself only a limit. */
  readonly limit: CellRatio["limit"];
  /**
   * How far the farther limit lies from the ratio, in percent of the ratio, rounded up to a whole number; infinite where one limit is not known, undefined
   * where there is no interval.
   */
  readonly distance: number | undefined;
  /** Undefined where the ratio is not judged, but is what others are held against. */
  readonly verdict: Verdict | undefined;
  /** What the verdict is judged by, a fraction: 0.02 is 2 %. */
  readonly margin: number;
  /** Whether the rounds vary so much that a mean would tell another story. */
  readonly stalls: boolean;
  /** What speaks against the figure. */
  readonly doubts: readonly Flag[];
  /** The mode's own absolute figure; undefined where none is known. */
  readonly figure: Figure | undefined;
}

/** Why a cell has no ratio. */
export interface EmptyCell {
  readonly kind: "empty";
  readonly status: "not-measured" | "unsupported" | "refused" | "failed" | "broken" | "no-ratio";
  /** In one or two words, for the cell itself. */
  readonly word: string;
  /** The whole reason in words; undefined where none was recorded. */
  readonly reason: string | undefined;
  /** The mode's own absolute figure, where one was found that cannot be compared. */
  readonly figure: Figure | undefined;
}

/** What a mode has to say to a question. */
export type QuestionCell = RatioCell | EmptyCell;

/** A mode of a lab, or a path of a cluster. */
export interface QuestionRow {
  /** The mode's name or the path's, as in machine output. */
  readonly name: string;
  /** The same for people: a mode's own name, or a path in at most 16 columns. */
  readonly label: string;
  /** Its place in the ranking, shared by modes that cannot be told apart; undefined where it has none. */
  readonly rank: number | undefined;
  /** Rows of one group stand together on a page; where there is none, those of one rank do. */
  readonly group?: number;
  /** Why it is left out of the ranking; undefined where it is not. */
  readonly excluded: string | undefined;
  /** One cell a question, in their order. */
  readonly cells: readonly QuestionCell[];
}

/** What the ratios are taken to, with its absolute figures. */
export interface BaselineRow {
  readonly label: string;
  /** One a question; undefined where it was not measured. */
  readonly figures: readonly (Figure | undefined)[];
}

/** The whole table. */
export interface QuestionTable {
  readonly questions: readonly Question[];
  /** Best first; those without a rank at the end. */
  readonly rows: readonly QuestionRow[];
  readonly baselines: readonly BaselineRow[];
}

/** The table of a run. */
export function questionTable(summary: Summary, run: Run): QuestionTable {
  const present = columnsOf(summary, run).map(({ name }) => name);
  const questions = askedOf(withFigures(summary, present)).map((metric) => questionOf(metric, run.scenario));
  const ranks = new Map(summary.ranking.map(({ mode, rank }) => [mode, rank]));
  const excluded = new Map(summary.excluded.map(({ mode, why }) => [mode, why]));
  const lab = summary.venue === "lab";
  return {
    questions,
    rows: rowsOf(summary).map((row) => ({
      name: row.name,
      label: labelOf(summary, row.name),
      rank: lab ? ranks.get(row.name) : undefined,
      excluded: lab ? excluded.get(row.name) : undefined,
      cells: questions.map(({ metric }) => cellOf(row.cell(metric), summary.venue)),
    })),
    baselines: baselinesOf(summary).map((row) => baselineRow(summary, row, questions)),
  };
}

/** A metric of which no row has a figure, all of them being refused for instance, takes no column from another; the notes have it. */
function withFigures(summary: Summary, present: readonly string[]): readonly string[] {
  const rows = rowsOf(summary);
  const found = present.filter((name) => rows.some((row) => (row.cell(name)?.median ?? null) !== null));
  return found.length === 0 ? present : found;
}

const baselineRow = (summary: Summary, row: ReportRow, questions: readonly Question[]): BaselineRow => ({
  label: labelOf(summary, row.name),
  figures: questions.map(({ metric }) => {
    const cell = row.cell(metric);
    return cell === undefined ? undefined : figureOf(cell);
  }),
});

/** What a cell says: its ratio to the baseline, or why it has none. */
export function cellOf(cell: Cell | undefined, venue: Summary["venue"]): QuestionCell {
  if (cell?.ratio === undefined) return emptyCell(cell, venue);
  const { median, low, high, limit, verdict, margin, stalls } = cell.ratio;
  return {
    kind: "ratio",
    ratio: median,
    low,
    high,
    limit,
    distance: fartherLimit(median, low, high),
    verdict,
    margin,
    stalls: stalls === true,
    doubts: cell.flags ?? [],
    figure: figureOf(cell),
  };
}

function emptyCell(cell: Cell | undefined, venue: Summary["venue"]): EmptyCell {
  const status = cell === undefined ? "not-measured" : cell.status === "measured" ? "no-ratio" : cell.status;
  const figure = cell === undefined ? undefined : figureOf(cell);
  const reason = cell?.reason === undefined ? undefined : inFullWords(partsOf(cell.reason, venue));
  return { kind: "empty", status, word: EMPTY_WORDS[status], reason, figure };
}

/** What stands in a cell without a ratio. */
export const EMPTY_WORDS: Readonly<Record<EmptyCell["status"], string>> = {
  "not-measured": "-",
  unsupported: "n/a",
  refused: "refused",
  failed: "failed",
  broken: "broken",
  "no-ratio": "no ratio",
};

const figureOf = ({ median, unit, bound }: Cell): Figure | undefined =>
  median === null ? undefined : { median, unit, atLeast: bound !== undefined };

/**
 * The distance from a ratio to the farther limit of its interval, in percent of the ratio, rounded up: the interval is often skewed, and the nearer limit
 * alone would promise too much. Infinite where a limit is unknown or the ratio is 0, undefined without an interval.
 */
export function fartherLimit(ratio: number, low: number | null, high: number | null): number | undefined {
  if (low === null && high === null) return undefined;
  if (low === null || high === null) return Number.POSITIVE_INFINITY;
  const share = Math.max(Math.abs(high - ratio), Math.abs(ratio - low)) / Math.abs(ratio);
  if (share === 0 || Number.isNaN(share)) return share === 0 ? 0 : Number.POSITIVE_INFINITY;
  return roundedUp(share * 100);
}

/** What 13 % of a ratio is stays 13 where binary fractions make it 13.000000000000002. */
const roundedUp = (percent: number): number => Math.ceil(percent * (1 - 1e-12));

/** Every ratio of a table. */
export const ratioCells = ({ rows }: Pick<QuestionTable, "rows">): readonly RatioCell[] =>
  rows.flatMap(({ cells }) => cells.flatMap((cell) => (cell.kind === "ratio" ? [cell] : [])));
