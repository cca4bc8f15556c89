/**
 * What `podwire tune auto --json` printed, where it is rendered in place of a variant.
 * @packageDocumentation
 */
import { type Tuning, tuningSchema } from "../../model/closed-loop.js";
import { RenderError } from "../errors.js";
import { dataOf } from "./document.js";

/**
 * The result of a closed loop.
 * @param source - the file's name, which errors begin with
 * @throws RenderError in one sentence
 */
export function readTuning(text: string, source: string): Tuning {
  const read = tuningSchema.safeParse(dataOf(text, source));
  if (!read.success) {
    const [issue] = read.error.issues;
    const where = issue === undefined ? "" : `: ${issue.path.length === 0 ? "" : `${issue.path.map(String).join(".")}: `}${issue.message}`;
    throw new RenderError(`${source}: is no result of \`podwire tune auto --json\`${where}`);
  }
  requirePlaces(read.data, source);
  return read.data;
}

/** Files are written below the output folder by these paths. */
function requirePlaces({ permanent }: Tuning, source: string): void {
  for (const { change, path } of permanent) {
    if (path !== undefined && (!/^\/etc(?:\/[\w@.-]+)+$/.test(path) || /\/\.{1,2}(?:\/|$)/.test(path)))
      throw new RenderError(`${source}: the permanent form of ${change} has a place that is none below /etc: ${JSON.stringify(path)}`);
  }
}
