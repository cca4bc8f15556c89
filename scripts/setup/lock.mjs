/**
 * One set-up of this checkout at a time.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { SetupError } from "./setup-error.mjs";

const FOLDER = fileURLToPath(new URL("../../.setup/", import.meta.url));
const LOCK = `${FOLDER}lock`;
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

/**
 * Text of a file, or undefined when it is not there.
 * @param {string} path
 */
export function textOf(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** The lock appears with its owner in it at once: a hard link either is made or is not. */
function tryToTake() {
  const own = `${LOCK}.${String(process.pid)}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, LOCK);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(own);
  }
}

/**
 * Takes away a lock whose owner is gone. Of several that try, the rename lets one win; a lock that was taken anew in between goes back.
 * @param {string} owner the dead owner's pid, as the lock said
 */
function breakStale(owner) {
  const aside = `${LOCK}.stale.${String(process.pid)}`;
  try {
    renameSync(LOCK, aside);
  } catch {
    return;
  }
  if (textOf(aside) !== owner) linkSync(aside, LOCK);
  unlinkSync(aside);
}

async function take() {
  let announced = false;
  while (!tryToTake()) {
    const owner = textOf(LOCK);
    if (owner === undefined) continue;
    if (!isAlive(Number(owner), "setup.mjs")) {
      breakStale(owner);
      continue;
    }
    if (!announced) process.stderr.write(`setup: another set-up of this checkout is at work (pid ${owner}); waiting for it\n`);
    announced = true;
    await pause(POLL_MS);
  }
}

/**
 * Does the work while no other set-up of this checkout works.
 * @param {() => Promise<void>} work
 */
export async function withLock(work) {
  try {
    mkdirSync(FOLDER, { recursive: true });
    await take();
  } catch (error) {
    throw new SetupError(
      `this checkout has to be set up, but ${FOLDER} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      "Set it up as the user it belongs to, or clone it into a folder of your own.",
    );
  }
  try {
    await work();
  } finally {
    unlinkSync(LOCK);
  }
}
