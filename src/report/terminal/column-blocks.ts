/**
 * Columns that have no room beside each other, in blocks below each other.
 * @packageDocumentation
 */

/**
 * Splits into as few blocks as fit, then makes them as even as they can be: 4 columns that do not fit become 2 + 2, not 3 + 1.
 * @param room - for the columns of a block and the gap before each
 */
export function columnBlocks<Column extends { readonly width: number }>(
  columns: readonly Column[],
  room: number,
  gap: number,
): readonly (readonly Column[])[] {
  const fewest = packed(columns, { room, gap, most: columns.length });
  const even = packed(columns, { room, gap, most: Math.ceil(columns.length / Math.max(1, fewest.length)) });
  return even.length === fewest.length ? even : fewest;
}

function packed<Column extends { readonly width: number }>(
  columns: readonly Column[],
  { room, gap, most }: { readonly room: number; readonly gap: number; readonly most: number },
): readonly (readonly Column[])[] {
  const blocks: Column[][] = [];
  let used = 0;
  for (const column of columns) {
    const needs = gap + column.width;
    const last = blocks.at(-1);
    if (last === undefined || used + needs > room || last.length >= most) {
      blocks.push([column]);
      used = needs;
    } else {
      last.push(column);
      used += needs;
    }
  }
  return blocks;
}
