/**
 * What tables of figures by the number of Services have in common on a terminal.
 * @packageDocumentation
 */
import { fartherLimit } from "../question-table.js";
import type { Room } from "../terminal/room.js";
import { displayWidth, truncate } from "../terminal/text.js";

/** Before each column. */
export const GAP = "  ";

/** Columns of the widest line; without UTF-8 `±` takes two. */
export const widest = (lines: readonly string[]): number => Math.max(...lines.map((line) => displayWidth(line.replaceAll("±", "+-"))));

/** ` ±6%`: how far the farther limit lies from the figure; empty where that is not known. */
export function distanceText(figure: number, low: number | null, high: number | null): string {
  const distance = fartherLimit(figure, low, high);
  return distance === undefined || !Number.isFinite(distance) ? "" : ` ±${String(distance)}%`;
}

/** A table of a screen, which can be shown in part. */
export interface Digest {
  readonly heading: string;
  /** The names of its columns, and a line a row. */
  readonly lines: readonly string[];
  /** What stands in its place where it has no room. */
  readonly inPlace: string;
}

/** The empty line, the heading, and the names of the columns. */
const ABOVE_ROWS = 3;

/** The first rows, two at least, and how many more there are; where they have no room one line in place of the table. The first line is empty. */
export function asFarAsFits({ heading, lines: [head = "", ...rows], inPlace }: Digest, { width, paint, most }: Room): readonly string[] {
  const room = most - ABOVE_ROWS;
  if (room < Math.min(2, rows.length)) return ["", paint("quiet", truncate(inPlace, width))];
  const hidden = rows.length > room ? rows.length - room + 1 : 0;
  return [
    "",
    paint("heading", heading),
    paint("quiet", head),
    ...rows.slice(0, rows.length - hidden),
    ...(hidden === 0 ? [] : [paint("quiet", `${GAP}and ${String(hidden)} more: --full`)]),
  ];
}
