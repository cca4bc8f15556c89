/**
 * A lock that is a file with its owner's mark in it. An owner that is gone holds nothing.
 */
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/**
 * @typedef {object} Lock
 * @property {string} path of its file
 * @property {string} mark what tells its owner, this process
 * @property {(mark: string) => boolean} isHeld whether the owner of that mark still runs
 * @property {(mark: string) => void} onWait called once, when someone else holds it
 * @property {number} poll milliseconds between looks
 */

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

/**
 * Resolves when this process has the lock; {@link release} gives it back.
 * @param {Lock} lock
 */
export async function take(lock) {
  let announced = false;
  while (!tryToTake(lock)) {
    const owner = textOf(lock.path);
    if (owner === undefined) continue;
    if (!lock.isHeld(owner)) {
      breakStale(lock, owner);
      continue;
    }
    if (!announced) lock.onWait(owner);
    announced = true;
    await pause(lock.poll);
  }
}

/** @param {Lock} lock */
export function release({ path }) {
  unlinkSync(path);
}

/** The lock appears with its owner in it at once: a hard link either is made or is not. @param {Lock} lock */
function tryToTake({ path, mark }) {
  const own = `${path}.${String(process.pid)}`;
  writeFileSync(own, mark);
  try {
    linkSync(own, path);
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
 * @param {Lock} lock
 * @param {string} owner the dead owner's mark, as the lock said
 */
function breakStale({ path }, owner) {
  const aside = `${path}.stale.${String(process.pid)}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (textOf(aside) !== owner) linkSync(aside, path);
  unlinkSync(aside);
}
