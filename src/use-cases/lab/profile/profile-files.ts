/**
 * A profile for those who explore it with tools of their own: files beside the run's.
 * @packageDocumentation
 */
import { pprofOf } from "../../../explain/profile/pprof.js";
import { speedscopeText } from "../../../explain/profile/speedscope.js";
import { unpackStacks } from "../../../explain/profile/stack-tree.js";
import { pathKey } from "../../../model/path.js";
import type { Profile } from "../../../model/profile.js";
import type { UseCaseContext } from "../../context.js";

/** A file that was written, and what it is. */
export type WrittenFile = readonly [what: string, path: string];

/**
 * Writes one file for speedscope with all paths, and one for pprof for each.
 * @param run - where the run file is, whose name the others begin with
 * @throws Error of the file system
 */
export async function writeProfileFiles(
  profile: Profile,
  run: string,
  { machine: { files }, archives }: Pick<UseCaseContext, "machine" | "archives">,
): Promise<readonly WrittenFile[]> {
  const base = run.replace(/\.json$/, "");
  const named = profile.stacks.map((tree) => ({ name: pathKey(tree), stacks: unpackStacks(tree, profile.functions) }));
  const speedscope = `${base}.${profile.workload}.speedscope.json`;
  await files.writeText(speedscope, speedscopeText(named, `podwire, ${profile.workload}`));
  const written: WrittenFile[] = [["speedscope", speedscope]];
  for (const { name, stacks } of named) {
    const path = `${base}.${profile.workload}.${name.replaceAll(/[^\w.+-]/g, "-")}.pb.gz`;
    await archives.writeCompressed(path, pprofOf(stacks, { hertz: profile.hertz, title: `podwire, ${profile.workload}, ${name}` }));
    written.push(["pprof", path]);
  }
  return written;
}
