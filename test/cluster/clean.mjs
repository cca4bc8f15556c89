#!/usr/bin/env node
/**
 * `npm run cluster:clean [-- --all]`: removes what clusters left whose owner was killed, and old images. Running clusters keep all of theirs.
 * With --all the built components and all unpacked images go too; the next start builds them anew.
 */
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { cacheFolder } from "./cache.mjs";
import { runningClusters } from "./description.mjs";
import { removeResidue } from "./registry.mjs";

const DAY_MS = 24 * 3600 * 1000;
/** First words of the folders of what is built. */
const BUILT = "components|cilium|kube-router|charts|node-documents|kubernetes-1\\.2|node-root";
/** Longer than any build, import or use of a seed that no one touched since. */
const AGES = [
  { pattern: /\.part-/, age: DAY_MS / 8 },
  { pattern: /^seed-/, age: 7 * DAY_MS },
  { pattern: new RegExp(`^(?:${BUILT})-`), age: 60 * DAY_MS },
];
const ALL = [{ pattern: new RegExp(`^(?:seed|${BUILT})-|^images$`), age: 0 }];

/**
 * @param {readonly { pattern: RegExp, age: number }[]} rules
 * @returns {string[]} what was removed
 */
function removeOld(rules) {
  return readdirSync(cacheFolder()).filter((name) => {
    const path = join(cacheFolder(), name);
    const age = Date.now() - statSync(path).mtimeMs;
    if (!rules.some((rule) => rule.pattern.test(name) && age >= rule.age)) return false;
    rmSync(path, { recursive: true, force: true });
    return true;
  });
}

async function main() {
  const { values } = parseArgs({ options: { all: { type: "boolean" } } });
  const running = runningClusters();
  if (values.all === true && running.length > 0) throw new Error(`clusters run: ${running.map(({ id }) => id).join(", ")}; end them first`);
  const dead = await removeResidue();
  const old = removeOld(values.all === true ? ALL : AGES);
  const removed = [...dead.map((id) => `cluster ${id}`), ...old];
  process.stdout.write(removed.length === 0 ? "nothing to remove\n" : `removed: ${removed.join(", ")}\n`);
}

main().catch((/** @type {unknown} */ error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
