/**
 * Finished text in characters that the terminal has: the last step before it leaves, so that whoever renders a text need not know them.
 * @packageDocumentation
 */
import { signsFor } from "./screen/signs.js";
import { displayWidth } from "./text.js";

/** Where a text is shown. */
export interface ShownOn {
  readonly width: number;
  /** Whether the terminal shows UTF-8. */
  readonly utf8: boolean;
}

/** The text itself, or in ASCII where the terminal has nothing else. Columns stay below each other, and a line that fitted still fits. */
export function inCharactersOf(text: string, { width, utf8 }: ShownOn): string {
  if (utf8) return text;
  return text
    .split("\n")
    .flatMap((line) => (columns(line) > width ? [asciiLine(line)] : fitted(asciiLine(line), width)))
    .join("\n");
}

/** Some signs take more columns in ASCII: what they grow by is taken from the gap behind them. */
function asciiLine(line: string): string {
  const ascii = signsFor(false).text;
  let grown = 0;
  return line
    .split(/( {2,})/)
    .map((part, index) => {
      if (index % 2 === 0) {
        const shown = ascii(part);
        grown += displayWidth(shown) - displayWidth(part);
        return shown;
      }
      const gap = Math.max(1, part.length - grown);
      grown -= part.length - gap;
      return " ".repeat(gap);
    })
    .join("");
}

/** A line that became too wide is broken at a space, as deep as it began. */
function fitted(line: string, width: number): readonly string[] {
  if (columns(line) <= width) return [line];
  const end = Array.from(line.matchAll(/\S(?= )/g), ({ index }) => index + 1).findLast((at) => columns(line.slice(0, at)) <= width);
  if (end === undefined) return [line];
  const indent = " ".repeat(line.search(/\S/));
  return [line.slice(0, end), ...fitted(`${indent}${line.slice(end).trimStart()}`, width)];
}

/** Columns that a line takes; what paints it takes none. */
const columns = (line: string): number => {
  const [first = "", ...painted] = line.split("\u001b[");
  return displayWidth([first, ...painted.map((part) => part.replace(/^\d+m/, ""))].join(""));
};
