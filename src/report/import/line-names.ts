/**
 * Short names for places in files: the line's number, with a letter for the file where there are several.
 * @packageDocumentation
 */
import type { Imported } from "../../import/imported.js";

/** How a report names lines, and the legend that says which file a letter stands for. */
export interface LineNames {
  readonly of: (place: { readonly file: string; readonly line: number }) => string;
  readonly legend: string;
}

/** Names for the lines of an import's files. */
export function lineNames(result: Imported): LineNames {
  const files = result.files.map(({ file }) => file);
  const [only] = files;
  if (only !== undefined && files.length === 1) return { of: ({ line }) => String(line), legend: `Line numbers are those of ${only}.` };
  const letters = new Map(files.map((file, index) => [file, letter(index)]));
  return {
    of: ({ file, line }) => `${letters.get(file) ?? file}${String(line)}`,
    legend: `Lines: ${files.map((file) => `${letters.get(file) ?? ""} is ${file}`).join("; ")}.`,
  };
}

/** a, b, ... z, aa, ab, ... */
const letter = (index: number): string => (index >= 26 ? letter(Math.floor(index / 26) - 1) : "") + String.fromCharCode(97 + (index % 26));
