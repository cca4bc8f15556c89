/**
 * Documents against the files of a folder.
 * @packageDocumentation
 */
import type { DocumentDiff } from "../../model/render-diff.js";
import type { RenderedFile } from "../contract.js";
import { differingLines } from "./lines.js";

/** A file of the folder that podwire wrote and would not write now. */
export interface StaleFile {
  readonly path: string;
  /** Whether it is as podwire wrote it: only then is it removed. */
  readonly untouched: boolean;
}

/** Each document, in the order in which they were rendered, then what would go. */
export const fileDiffs = (
  files: readonly RenderedFile[],
  there: ReadonlyMap<string, string>,
  stale: readonly StaleFile[],
): readonly DocumentDiff[] => [
  ...files.map((file) => fileDiff(file, there.get(file.path))),
  ...stale.map(
    ({ path, untouched }): DocumentDiff =>
      untouched
        ? { what: path, change: "gone", lines: [] }
        : { what: path, change: "same", lines: [], note: "of the variant before, but edited since: it is left alone" },
  ),
];

function fileDiff({ path, text, secret }: RenderedFile, before: string | undefined): DocumentDiff {
  if (before === undefined) return { what: path, change: "new", lines: [], ...(secret === true ? { note: SECRET } : {}) };
  if (before === text) return { what: path, change: "same", lines: [] };
  if (secret === true) return { what: path, change: "changed", lines: [], note: SECRET };
  const [old, fresh] = [withoutHead(before), withoutHead(text)];
  if (old === fresh) return { what: path, change: "changed", lines: [], note: "only its head" };
  const lines = differingLines(old, fresh);
  return lines === undefined
    ? { what: path, change: "changed", lines: [], note: "nearly all of it" }
    : { what: path, change: "changed", lines: [...lines] };
}

const SECRET = "it holds a secret, and is not shown";

/** What a document says of itself is not what it does. */
const withoutHead = (text: string): string => text.replace(/^(?:#.*\n)+/, "");
