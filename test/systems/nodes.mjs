/**
 * Other versions of Node, from npm's packages of its binaries.
 */
import { join } from "node:path";
import { run } from "../cluster/child.mjs";

/** The oldest that podwire takes, and the newest of each later line with long-term support. */
export const NODES = ["20.19.6", "22.23.2", "24.20.0"];

/**
 * @param {string} version
 * @param {string} into an empty folder, or one that is not there
 * @returns {Promise<string>} folder with `bin/node`
 */
export async function fetchNode(version, into) {
  const name = `node-linux-${process.arch}`;
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
  const places = ["--prefix", into, "--cache", join(into, "npm-cache")];
  await run(["npm", "install", ...quiet, ...places, `${name}@${version}`]);
  const folder = join(into, "node_modules", name);
  const found = (await run([join(folder, "bin/node"), "--version"])).trim();
  if (found !== `v${version}`) throw new Error(`${folder}/bin/node says that it is ${found}`);
  return folder;
}
