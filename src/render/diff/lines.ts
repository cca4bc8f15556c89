/**
 * Two texts line by line.
 * @packageDocumentation
 */
import { structuredPatch } from "diff";

const AROUND = 2;
/** Beyond so many different lines a reader has no use for them. */
const MOST_EDITS = 2000;

/** Lines that differ, with `-` or `+` before them, and two around them; `...` between parts that lie apart. Undefined where nearly all differs. */
export function differingLines(before: string, after: string): readonly string[] | undefined {
  const patch = structuredPatch("", "", before, after, "", "", { context: AROUND, maxEditLength: MOST_EDITS });
  if (patch === undefined) return undefined;
  return patch.hunks.flatMap(({ lines }, index) => [
    ...(index === 0 ? [] : ["..."]),
    ...lines.filter((line) => !line.startsWith("\\")).map((line) => line.trimEnd()),
  ]);
}
