/**
 * Lines of values between commas or semicolons.
 * @packageDocumentation
 */

/** The cells of a line; quoted cells may hold commas and doubled quotes (RFC 4180). */
export function csvCells(text: string): readonly string[] {
  const cells = text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(cells, ([, quoted, plain]) => (quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"')));
}

/** A bare number or a number with a unit, as the cells of a row have them. */
const NUMERIC = /^"?[~≈]?\d[\d.]*(?:,\d+)?\s?[\p{L}µ%/]{0,10}"?$/u;

/** The cells of a line that may be one of a table between commas or semicolons; undefined for prose. */
export function separatedCells(text: string): readonly string[] | undefined {
  const separator = text.includes(";") ? ";" : ",";
  if (!text.includes(separator) || /[:：。，]|[.!?]\s/u.test(text)) return undefined;
  const cells = separator === "," ? csvCells(text) : text.split(";").map((cell) => cell.trim());
  return cells.length > 1 && cells.every((cell) => cell.length <= 40 && cell.split(/\s+/).length <= 5) ? cells : undefined;
}

/** Whether a line is a row of such a table: a name, and numbers behind it. */
export function isCsvRow(text: string): boolean {
  const cells = separatedCells(text);
  const name = cells?.findIndex((cell) => /\p{L}{2}/u.test(cell) && !NUMERIC.test(cell)) ?? -1;
  return cells !== undefined && name !== -1 && cells.slice(name + 1).some((cell) => NUMERIC.test(cell));
}
