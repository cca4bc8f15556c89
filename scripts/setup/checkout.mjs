/**
 * The checkout's packages: node_modules/ from package-lock.json, with a note of what it was made from.
 */
import { createHash } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runToEnd } from "./child.mjs";
import { textOf } from "./file-lock.mjs";
import { SetupError } from "./setup-error.mjs";

/** The checkout's folder. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const NPM_NOTE = join(ROOT, "node_modules/.podwire-setup");
/** npm ends a failure with a page of its own usage. */
const LINES_OF_NPM = 30;

/**
 * Contents, not times: a checkout touches files that it does not change.
 * @param {readonly string[]} paths relative to the root
 */
export function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(join(ROOT, path)));
  return hash.digest("hex");
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
