/**
 * Which files were written, at the end of a text.
 * @packageDocumentation
 */
import type { Paint } from "./paint.js";
import { displayWidth, padEnd, plain } from "./text.js";

/** A file with what it is: `["HTML report", "page.html"]`. */
export type NamedFile = readonly [what: string, path: string];

/** A line a file below an empty one; none where nothing was written. */
export function fileLines(files: readonly NamedFile[], paint: Paint): readonly string[] {
  if (files.length === 0) return [];
  const widest = Math.max(...files.map(([what]) => displayWidth(what)));
  return ["", ...files.map(([what, path]) => `${paint("quiet", padEnd(what, widest))}  ${plain(path)}`)];
}
