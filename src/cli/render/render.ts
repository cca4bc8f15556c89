import type { RenderedFile } from "../../render/contract.js";
import type { Rendered } from "../../render/render.js";
import { targetList } from "../../render/target-list.js";
import { TARGETS } from "../../render/targets/index.js";
import { anonymizeRenderDiff } from "../../report/anonymize.js";
import { renderDiffText } from "../../report/terminal/render-diff.js";
import { renderTargetList } from "../../report/terminal/target-list.js";
import { type FolderWorld, lookInto, placeIn, writeDocuments } from "../../use-cases/render/folder.js";
import { againstCluster, againstFolder } from "../../use-cases/render/held-against.js";
import { openCluster } from "../cluster/open.js";
import { type CliContext, sayTo } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { handOut, type Setting } from "../hand-out.js";
import { askedFormat, type FormatFlags } from "../output-format.js";
import { type Asked, asked, type InputFlags, rendered } from "./asked.js";

/** Flags of `podwire render`. */
export interface RenderFlags extends FormatFlags, InputFlags {
  readonly out?: string;
  readonly force?: boolean;
  readonly list?: boolean;
  readonly diff?: boolean;
  readonly anonymize?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Writes down what a measured variant takes, for a product or in a format; says what that would change; or lists for which it can. */
export async function renderDocuments(what: string | undefined, flags: RenderFlags, context: CliContext): Promise<number> {
  if (flags.list === true) return printList(what, flags, context);
  requireAlike(flags);
  const request = await asked(what, flags, context);
  const made = await rendered(request, flags, context);
  if (flags.diff === true) await printDiff(request, made, flags, context);
  else if (flags.out === undefined) context.terminal.out(shown(made.files));
  else await written(flags.out, request, made, flags.force === true, context);
  return EXIT.ok;
}

/** Flags that mean something together only. */
function requireAlike({ diff, out, force, anonymize, kubeconfig, context: name, ...flags }: RenderFlags): void {
  if (out === "") throw new UsageError("--out: names no folder");
  if (diff !== true) {
    if (askedFormat(flags) !== undefined)
      throw new UsageError("--json and -o are for --list and --diff: documents have formats of their own");
    if (kubeconfig !== undefined || name !== undefined)
      throw new UsageError("--kubeconfig and --context are for --diff: documents are made from files alone");
    if (anonymize === true) throw new UsageError("--anonymize is for --diff: documents have to name your nodes and addresses");
  } else if (force === true) throw new UsageError("--diff writes nothing, so that --force has nothing to overwrite");
  else if (out !== undefined && (kubeconfig !== undefined || name !== undefined))
    throw new UsageError("--diff: --out names a folder and --kubeconfig or --context a cluster; documents are held against one of them");
}

async function printList(what: string | undefined, flags: RenderFlags, context: CliContext): Promise<number> {
  if (what !== undefined) throw new UsageError(`--list lists every target and takes no ${what}`);
  const list = targetList(TARGETS);
  const forms = { text: ({ width }: Setting) => renderTargetList(list, width), json: () => `${JSON.stringify(list, undefined, 2)}\n` };
  await handOut(flags, forms, context);
  return EXIT.ok;
}

/** What would change in the folder that --out names, or in the cluster; nothing is written. */
async function printDiff({ target }: Asked, made: Rendered, flags: RenderFlags, context: CliContext): Promise<void> {
  const diff =
    flags.out === undefined
      ? await againstCluster(target, made, await openCluster(flags, context))
      : againstFolder(target, made, await lookInto(flags.out, target.name, made.files, worldOf(context)));
  // Files of a node that is no longer in nodes.yaml name it too.
  const places = flags.out === undefined ? [] : diff.documents.map(({ what }) => what.split("/")[0] ?? "");
  const names = [...made.input.nodes.map(({ name }) => name), ...places.filter((place) => place !== "cluster" && place !== "router")];
  const shownDiff = flags.anonymize === true ? anonymizeRenderDiff(diff, names) : diff;
  await handOut(
    flags,
    { text: ({ width }) => renderDiffText(shownDiff, width), json: () => `${JSON.stringify(shownDiff, undefined, 2)}\n` },
    context,
  );
}

const worldOf = ({ machine, fileTrees, archives }: CliContext): FolderWorld => ({ files: machine.files, fileTrees, archives });

/** One document stands alone, so that it can be piped on; several each have their path above them. */
function shown(files: readonly RenderedFile[]): string {
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0 && only.secret !== true) return only.text;
  return files
    .map(({ path, text, secret }) =>
      secret === true ? `==> ${path} <== holds a secret: --out DIR writes it with mode 0600\n` : `==> ${path} <==\n${text}`,
    )
    .join("\n");
}

async function written(out: string, { target }: Asked, { input, files }: Rendered, force: boolean, context: CliContext): Promise<void> {
  const world = worldOf(context);
  const folder = await lookInto(out, target.name, files, world);
  const [there] = folder.there.keys();
  const [stale] = folder.stale.filter(({ untouched }) => untouched);
  if (!force && there !== undefined) throw new UsageError(`--out: ${placeIn(out, there)} is there already; --force overwrites it`);
  if (!force && stale !== undefined)
    throw new UsageError(`--out: ${placeIn(out, stale.path)} is there from ${folder.before ?? ""} by ${target.name}; --force removes it`);
  for (const { path } of folder.stale.filter(({ untouched }) => !untouched))
    sayTo(context)(`${placeIn(out, path)} is from ${folder.before ?? ""} by ${target.name} and was edited since: it is left alone`);
  await writeDocuments({ target: target.name, variant: input.variant.name, files }, folder, world);
  context.terminal.out(files.map(({ path }) => `${placeIn(out, path)}\n`).join(""));
}
