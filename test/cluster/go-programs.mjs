/**
 * Programs built from the Go modules in `go/`, and kept for every clone on this machine.
 */
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "./cache.mjs";
import { run } from "./child.mjs";
import { withBuildLock } from "./lock.mjs";
import { buildOld } from "./old-go-programs.mjs";

const MODULES = fileURLToPath(new URL("./go/", import.meta.url));
const LEAST_GO = [1, 24];

/** @typedef {{ readonly path: string, readonly version: string }} Go */
/**
 * @typedef {object} GoProgram
 * @property {string} name its file's
 * @property {string} module folder below `go/` in which it is built
 * @property {string} [package] import path; the folder's own package by default
 * @property {string} [ldflags]
 * @property {string} [tags]
 */
/**
 * A folder or file of a module that comes beside the programs.
 * @typedef {object} ModulePart
 * @property {string} module folder below `go/` that requires it
 * @property {string} of the module's path
 * @property {string} from path in the module
 * @property {string} to path beside the programs
 */
/**
 * What is built together into one folder.
 * @typedef {object} Collection
 * @property {string} name begins the folder's name
 * @property {string} what for people: what is built, and how long that takes when nothing is cached
 * @property {readonly string[]} sources files below `go/` that decide what is built
 * @property {readonly GoProgram[]} programs
 * @property {readonly import("./old-go-programs.mjs").OldGoProgram[]} [old]
 * @property {Readonly<Record<string, string>>} [links] by name, what they lead to
 * @property {readonly ModulePart[]} [parts]
 */

/**
 * The Go that builds them, or one sentence that says what to do.
 * @returns {Promise<Go | string>}
 */
export async function findGo() {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/go/bin", "/usr/lib/go/bin"].filter((one) => one.startsWith("/"));
  const path = folders.map((folder) => join(folder, "go")).find(isProgram);
  const advice = `install Go ${LEAST_GO.join(".")} or newer (https://go.dev/dl/) in PATH or /usr/local/go`;
  if (path === undefined) return `the test cluster's components are built with Go, and there is none on this machine: ${advice}`;
  const version = (await run([path, "env", "GOVERSION"], { cwd: "/", env: goEnvironment() })).trim();
  const [major = 0, minor = 0] = version.replace(/^go/, "").split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = LEAST_GO;
  if (major < leastMajor || (major === leastMajor && minor < leastMinor)) return `${path} is ${version}, which is too old: ${advice}`;
  return { path, version };
}

/** Go counts its own use in the configuration folder; that folder is then the cache's, but for the settings that are there. */
export function goEnvironment() {
  const configuration = process.env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config");
  return { ...process.env, GOENV: process.env["GOENV"] ?? join(configuration, "go/env"), XDG_CONFIG_HOME: join(cacheFolder(), "go-use") };
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * The folder with a collection's programs; built if this machine has not got it.
 * @param {Collection} collection
 * @param {(line: string) => void} say
 * @returns {Promise<string>}
 */
export async function ensureBuilt(collection, say) {
  const go = await findGo();
  if (typeof go === "string") throw new Error(go);
  const folder = join(cacheFolder(), `${collection.name}-${keyOf(go, collection)}`);
  if (existsSync(folder)) return folder;
  await withBuildLock(join(cacheFolder(), `${collection.name}.lock`), say, async () => {
    if (!existsSync(folder)) await build(go, collection, folder, say);
  });
  return folder;
}

/** @param {Go} go @param {Collection} collection */
function keyOf(go, { programs, old, parts, links, sources }) {
  const hash = createHash("sha256").update(go.version).update(JSON.stringify({ programs, old, parts, links }));
  for (const name of sources) hash.update(name).update(readFileSync(join(MODULES, name)));
  return hash.digest("hex").slice(0, 12);
}

/**
 * Into a folder beside, which takes its name when all of it is there.
 * @param {Go} go
 * @param {Collection} collection
 * @param {string} folder
 * @param {(line: string) => void} say
 */
async function build(go, { what, programs, old = [], links = {}, parts = [] }, folder, say) {
  say(`building ${what} with ${go.version} (once on this machine)`);
  const work = mkdtempSync(`${folder}.part-`);
  try {
    // An older Go fetches the toolchain that the module asks for, unless its owner forbade that.
    const env = { ...goEnvironment(), GOFLAGS: "-buildvcs=false", CGO_ENABLED: "1" };
    for (const { name, module, package: path = ".", ldflags = "-s -w", tags } of programs) {
      const flags = [`-ldflags=${ldflags}`, ...(tags === undefined ? [] : [`-tags=${tags}`])];
      await run([go.path, "build", ...flags, "-o", join(work, name), path], { cwd: join(MODULES, module), env });
    }
    for (const program of old) await buildOld(go.path, program, work, env);
    for (const [name, target] of Object.entries(links)) symlinkSync(target, join(work, name));
    for (const { module, of, from, to } of parts) {
      const cwd = join(MODULES, module);
      // None of the programs may need it.
      await run([go.path, "mod", "download", of], { cwd, env });
      const place = (await run([go.path, "list", "-m", "-f", "{{.Dir}}", of], { cwd, env })).trim();
      mkdirSync(dirname(join(work, to)), { recursive: true });
      // Go's cache is read-only; what is copied from it has to be removable.
      await run(["cp", "--recursive", "--no-preserve=mode", join(place, from), join(work, to)]);
    }
    renameSync(work, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
