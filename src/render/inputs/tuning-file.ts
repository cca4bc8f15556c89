/**
 * What `podwire tune auto --json` printed, where it is rendered in place of a variant.
 * @packageDocumentation
 */
import { type Tuning, tuningSchema } from "../../model/closed-loop.js";
import { listed } from "../../units/listed.js";
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

/** The folders that a closed loop's permanent forms lie in. Files are written below the output folder, or into a node's image, by these paths. */
const FOLDERS = ["/etc/sysctl.d", "/etc/modules-load.d", "/etc/udev/rules.d", "/etc/nftables.d"];

function requirePlaces({ permanent }: Tuning, source: string): void {
  for (const { change, path } of permanent) {
    if (
      path !== undefined &&
      !FOLDERS.some((folder) => path.startsWith(`${folder}/`) && /^\w[\w@.-]*$/.test(path.slice(folder.length + 1)))
    )
      throw new RenderError(
        `${source}: the permanent form of ${change} has a place that is none of ${listed(FOLDERS, "or")}: ${JSON.stringify(path)}`,
      );
  }
}
