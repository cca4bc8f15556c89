/**
 * Programs of the time before Go modules: built in a GOPATH of their own, with the dependencies that they bring.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { run } from "./child.mjs";

/**
 * @typedef {object} OldGoProgram
 * @property {string} name its file's
 * @property {string} module
 * @property {string} version
 * @property {string} sum what go.sum would have for the module
 * @property {string} package below the module
 * @property {string} workspace folder of its dependencies below the module: a GOPATH too
 * @property {string} [ldflags]
 * @property {readonly Edit[]} edits what a compiler of today needs otherwise
 */
/** @typedef {{ readonly file: string, readonly why: string } & ({ readonly from: string, readonly to: string } | { readonly rename: string })} Edit */

/**
 * @param {string} go
 * @param {OldGoProgram} program
 * @param {string} folder in which the program is put
 * @param {NodeJS.ProcessEnv} env
 */
export async function buildOld(go, program, folder, env) {
  const { name, module, version, sum, package: path, workspace, ldflags = "-s -w", edits } = program;
  /** @type {unknown} */
  const parsed = JSON.parse(await run([go, "mod", "download", "-json", `${module}@${version}`], { cwd: folder, env }));
  const downloaded = /** @type {{ Dir: string, Sum: string }} */ (parsed);
  if (downloaded.Sum !== sum) throw new Error(`${module} ${version} is another than it was: ${downloaded.Sum}`);
  const gopath = mkdtempSync(join(folder, "gopath-"));
  const source = join(gopath, "src", module);
  mkdirSync(dirname(source), { recursive: true });
  // Go's cache is read-only; what is copied from it is changed here.
  await run(["cp", "--recursive", "--no-preserve=mode", downloaded.Dir, source]);
  for (const edit of edits) carryOut(edit, source);
  const old = { ...env, GO111MODULE: "off", GOFLAGS: "", GOPATH: `${gopath}:${join(source, workspace)}` };
  await run([go, "build", `-ldflags=${ldflags}`, "-o", join(folder, name), `./${path}`], { cwd: source, env: old });
  rmSync(gopath, { recursive: true, force: true });
}

/** @param {Edit} edit @param {string} source */
function carryOut(edit, source) {
  const file = join(source, edit.file);
  if ("rename" in edit) {
    renameSync(file, join(source, edit.rename));
    return;
  }
  const text = readFileSync(file, "utf8");
  if (!text.includes(edit.from)) throw new Error(`${edit.file} does not have ${edit.from}`);
  writeFileSync(file, text.replace(edit.from, edit.to));
}
