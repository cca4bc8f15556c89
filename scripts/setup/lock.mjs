/**
 * One set-up of this checkout at a time.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { release, take } from "./file-lock.mjs";
import { SetupError } from "./setup-error.mjs";

const FOLDER = fileURLToPath(new URL("../../.setup/", import.meta.url));
const POLL_MS = 200;

/**
 * Whether the process that left a note with its pid still runs that script. The command line is compared too, since a pid is used again.
 * @param {number} pid
 * @param {string} script part of its command line
 */
export function isAlive(pid, script) {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, "utf8").includes(script);
  } catch {
    return false;
  }
}

const LOCK = {
  path: `${FOLDER}lock`,
  mark: String(process.pid),
  isHeld: (/** @type {string} */ owner) => isAlive(Number(owner), "setup.mjs"),
  onWait: (/** @type {string} */ owner) => {
    process.stderr.write(`setup: another set-up of this checkout is at work (pid ${owner}); waiting for it\n`);
  },
  poll: POLL_MS,
};

/**
 * Does the work while no other set-up of this checkout works.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  try {
    mkdirSync(FOLDER, { recursive: true });
    await take(LOCK);
  } catch (error) {
    throw new SetupError(
      `this checkout has to be set up, but ${FOLDER} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      "Set it up as the user it belongs to, or clone it into a folder of your own.",
    );
  }
  try {
    await work();
  } finally {
    release(LOCK);
  }
}
