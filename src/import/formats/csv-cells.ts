/**
 * One line of comma-separated values.
 * @packageDocumentation
 */

/** The cells of a line; quoted cells may hold commas and doubled quotes (RFC 4180). */
export function csvCells(text: string): readonly string[] {
  const cells = text.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g);
  return Array.from(cells, ([, quoted, plain]) => (quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"')));
}
