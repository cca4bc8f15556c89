/**
 * Letters that stand for names which are too long for the table, and the lines that say so.
 * @packageDocumentation
 */
import { displayWidth, padEnd, truncateMiddle, wrap } from "../text.js";

/** Names as the table shows them. */
export interface LetteredNames {
  /** What stands for each name: itself, or a letter. */
  readonly shown: readonly string[];
  /**
   * What the letters stand for, in lines; none where there are no letters. Where whole names take more lines than there may be, they are shortened in
   * their middle, since variants of one mode differ at their ends; those that have no room even so are counted.
   */
  readonly legend: (width: number, most: number) => readonly string[];
}

/** Gives a letter to each name of more than `widest` columns. */
export function lettered(names: readonly string[], widest: number): LetteredNames {
  const long = [...new Set(names.filter((name) => displayWidth(name) > widest))];
  const letterOf = new Map(long.map((name, index) => [name, letter(index)]));
  return { shown: names.map((name) => letterOf.get(name) ?? name), legend: (width, most) => legend([...letterOf], width, most) };
}

/** A to Z, then AA, AB, ... */
export function letter(index: number): string {
  const last = String.fromCharCode(65 + (index % 26));
  return index < 26 ? last : `${letter(Math.floor(index / 26) - 1)}${last}`;
}

type Entry = readonly [name: string, letter: string];

const GAP = 2;
/** Shorter than this a name says nothing. */
const LEAST_ENTRY = 16;

function legend(entries: readonly Entry[], width: number, most: number): readonly string[] {
  if (entries.length === 0 || most < 1) return [];
  const whole = wrap(entries.map(([name, sign]) => `${sign}: ${name}`).join("; "), width);
  if (whole.length <= most) return whole;
  const perLine = Math.max(1, Math.min(Math.ceil(entries.length / most), Math.floor((width + GAP) / (LEAST_ENTRY + GAP))));
  const room = Math.floor((width + GAP) / perLine) - GAP;
  const fit = perLine * most;
  const shown = entries
    .slice(0, entries.length <= fit ? fit : fit - 1)
    .map(([name, sign]) => `${sign}: ${truncateMiddle(name, room - sign.length - 2)}`);
  const texts = shown.length < entries.length ? [...shown, `${String(entries.length - shown.length)} more names`] : shown;
  const lines = Array.from({ length: Math.ceil(texts.length / perLine) }, (_, line) => texts.slice(line * perLine, (line + 1) * perLine));
  return lines.map((line) =>
    line
      .map((text) => padEnd(text, room))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}
