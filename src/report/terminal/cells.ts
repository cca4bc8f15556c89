/**
 * The cells of the terminal's table: ratio, interval, verdict sign, set in aligned parts.
 * @packageDocumentation
 */
import type { Cell, CellRatio, Verdict } from "../../model/summary.js";
import { formatQuantityShort, type RatioTexts, ratioTexts, withoutInterval } from "../../units/format.js";
import { insteadOfRatio } from "../no-drop.js";
import { verdictText } from "../words.js";
import type { Paint } from "./paint.js";
import { displayWidth, padEnd, padStart } from "./text.js";

/** One sign a verdict, ASCII: it is one column wide in every locale. */
export const VERDICT_SIGNS: Readonly<Record<Verdict, string>> = { faster: "+", same: "=", slower: "-", undecided: "?" };
/** Marks a mode that stalls at times. */
export const STALLS_SIGN = "~";

/** Marks a figure that a check doubts. */
export const DOUBT_SIGN = "!";

/** A ratio, and whether a check doubts its cell. */
interface MarkedRatio extends CellRatio {
  readonly doubted?: boolean;
  /** What the generators were held to, bit/s. */
  readonly cap?: number | undefined;
}

/** What a cell of the table holds: a ratio, a word that says why there is none, or nothing. */
export type TableCell = MarkedRatio | string;

/** The ratio of a cell, or why there is none. */
export function tableCell(cell: Cell | undefined, ratio: CellRatio | undefined): TableCell {
  if (ratio !== undefined) return { ...ratio, doubted: (cell?.flags ?? []).length > 0, cap: cell?.cappedAt };
  return insteadOfRatio(cell, ({ unit }, median) => formatQuantityShort(median, unit));
}

/** How a column of cells is set. */
export interface ColumnStyle {
  /** Verdicts in words beside their signs. */
  readonly words: boolean;
  /** Rounds behind every single ratio, where they differ within the column. */
  readonly counts: boolean;
}

interface Parts extends RatioTexts {
  readonly ratio: MarkedRatio;
}

/** Sets all cells of one column: numbers aligned by their last digit, verdicts in a line below each other, all texts of one width. */
export function setColumn(
  cells: readonly TableCell[],
  style: ColumnStyle,
  paint: Paint,
  least = 0,
): { readonly width: number; readonly texts: readonly string[] } {
  const parts = cells.flatMap((cell): Parts[] =>
    typeof cell === "string" ? [] : [{ ...ratioTexts(cell.median, cell.low, cell.high, cell.limit), ratio: cell }],
  );
  const widest = (texts: readonly (string | undefined)[]): number => Math.max(0, ...texts.map((text) => displayWidth(text ?? "")));
  const measures = {
    median: widest(parts.map((part) => part.median)),
    low: widest(parts.map((part) => part.low)),
    high: widest(parts.map((part) => part.high)),
    count: widest(parts.map((part) => countText(part.ratio))),
    doubts: parts.some((part) => part.ratio.doubted === true),
    word: widest(["undecided", ...parts.map(({ ratio }) => verdictText(ratio, ratio.cap))]),
  };
  const set = cells.map((cell) => (typeof cell === "string" ? { text: cell, tail: "" } : setRatio(cell, measures, style)));
  const width = Math.max(least, ...set.map(({ text, tail }) => displayWidth(text) + displayWidth(tail)));
  const texts = set.map(({ text, tail }, index) => {
    const cell = cells[index];
    const gap = " ".repeat(Math.max(0, width - displayWidth(text) - displayWidth(tail)));
    if (cell === undefined || typeof cell === "string") return paint("quiet", text) + gap;
    return `${text}${paint(cell.verdict, tail)}${gap}`;
  });
  return { width, texts };
}

const countText = (ratio: CellRatio): string => `n ${String(ratio.n)}`;

interface Measures {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly word: number;
  /** Whether any cell of the column is doubted; only then is there room for the sign. */
  readonly doubts: boolean;
}

function setRatio(ratio: MarkedRatio, measures: Measures, style: ColumnStyle): { readonly text: string; readonly tail: string } {
  const texts = ratioTexts(ratio.median, ratio.low, ratio.high, ratio.limit);
  const room = measures.low + measures.high + 4;
  const interval =
    texts.low === undefined || texts.high === undefined
      ? padEnd(withoutInterval(texts), room)
      : padEnd(`[${padStart(texts.low, measures.low)}, ${padStart(texts.high, measures.high)}]`, room);
  const count = style.counts ? ` ${padStart(countText(ratio), measures.count)}` : "";
  const stalls = ratio.stalls === true ? STALLS_SIGN : " ";
  const doubt = measures.doubts ? (ratio.doubted === true ? DOUBT_SIGN : " ") : "";
  const word = style.words ? ` ${padEnd(verdictText(ratio, ratio.cap), measures.word)}` : "";
  return {
    text: `${padStart(texts.median, measures.median)} ${interval}${count} `,
    tail: `${VERDICT_SIGNS[ratio.verdict]}${stalls}${doubt}${word}`,
  };
}
