/**
 * The checkout's own parts: node_modules/ from package-lock.json, dist/ from src/. Each carries a note of what it was made from.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./child.mjs";
import { textOf } from "./file-lock.mjs";
import { locate } from "./programs.mjs";
import { SetupError } from "./setup-error.mjs";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NPM_NOTE = join(ROOT, "node_modules/.podwire-setup");
/** Programs of podwire's own and their sources. @type {Readonly<Record<string, string>>} */
const NATIVE = { "podwire-udp-proxy": "native/flannel-udp-proxy.c" };
const BUILD_NOTE = join(ROOT, "dist/.podwire-build");
/** npm ends a failure with a page of its own usage. */
const LINES_OF_NPM = 30;

/**
 * Contents, not times: a checkout touches files that it does not change.
 * @param {readonly string[]} paths relative to the root
 */
function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest("hex");
}

/** @returns {string[]} */
function sources() {
  return readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .sort()
    .map((path) => join("src", path));
}

/**
 * Installs node_modules where it is missing or made from another lock file.
 * @returns {import("../setup.mjs").Step | undefined} undefined when there is nothing to do
 */
export function npmStep() {
  const wanted = hashOf(["package-lock.json"]);
  if (textOf(NPM_NOTE) === wanted) return undefined;
  return {
    title: "npm packages",
    carryOut: async () => {
      rmSync(NPM_NOTE, { force: true });
      await npmCi();
      writeFileSync(NPM_NOTE, wanted);
    },
  };
}

async function npmCi() {
  // Development packages too: the compiler is one. No package of ours has an install script that it needs.
  const args = ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const npm = process.env["npm_execpath"];
  const ended = npm?.endsWith("npm-cli.js")
    ? await runToEnd(process.execPath, [npm, ...args], { cwd: ROOT })
    : await runToEnd("npm", args, { cwd: ROOT });
  if (ended.code === 0) return;
  const offline = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH/.test(ended.output);
  throw new SetupError(
    `npm ci failed:\n${ended.output.split("\n").slice(0, LINES_OF_NPM).join("\n")}`,
    offline ? "The npm registry could not be reached. Check the network (or npm's proxy and registry settings) and start again." : "",
  );
}

/**
 * Compiles src/ to dist/ where dist/ is missing or was made from other sources.
 * @returns {import("../setup.mjs").Step | undefined} undefined when there is nothing to do
 */
export function buildStep() {
  const compiler = locate("cc");
  const wanted = `${hashOf(["package-lock.json", "tsconfig.json", "tsconfig.build.json", ...sources(), ...Object.values(NATIVE)])} ${compiler ?? "no cc"}`;
  if (textOf(BUILD_NOTE) === wanted) return undefined;
  return { title: compiler === undefined ? "build (tsc)" : "build (tsc, cc)", carryOut: () => build(wanted, compiler) };
}

/**
 * Compiles beside dist/ and then puts the result in its place, so that a failed build leaves the old one and a running lab never sees half of one.
 * @param {string} note
 * @param {string | undefined} compiler a C compiler; without one the modes that need a program of ours are unsupported, and say so
 */
async function build(note, compiler) {
  const fresh = join(ROOT, ".setup/dist.new");
  const old = join(ROOT, ".setup/dist.old");
  rmSync(fresh, { recursive: true, force: true });
  rmSync(old, { recursive: true, force: true });
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const ended = await runToEnd(process.execPath, [tsc, "-p", "tsconfig.build.json", "--noEmitOnError", "--outDir", fresh], { cwd: ROOT });
  if (ended.code !== 0) throw new SetupError(`the build failed:\n${ended.output}`);
  if (compiler !== undefined) await compileNative(compiler, join(fresh, "native"));
  writeFileSync(join(fresh, ".podwire-build"), note);
  if (existsSync(join(ROOT, "dist"))) renameSync(join(ROOT, "dist"), old);
  renameSync(fresh, join(ROOT, "dist"));
  rmSync(old, { recursive: true, force: true });
}

/**
 * @param {string} compiler
 * @param {string} folder
 */
async function compileNative(compiler, folder) {
  mkdirSync(folder, { recursive: true });
  for (const [program, source] of Object.entries(NATIVE)) {
    const ended = await runToEnd(compiler, ["-O2", "-Wall", "-Wextra", "-o", join(folder, program), source], { cwd: ROOT });
    if (ended.code !== 0) throw new SetupError(`${source} cannot be compiled by ${compiler}:\n${ended.output}`);
  }
}
