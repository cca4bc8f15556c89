/**
 * One builder at a time on this machine, whichever clone it works for.
 */
import { linkSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { isRunning, thisProcess } from "./registry.mjs";

const POLL_MS = 500;

/**
 * @param {string} lock path of the lock's file
 * @param {(line: string) => void} say
 * @param {() => Promise<void>} work
 */
export async function withBuildLock(lock, say, work) {
  let announced = false;
  while (!tryToTake(lock)) {
    const owner = ownerOf(lock);
    if (owner !== undefined && !isRunning(owner)) rmSync(lock, { force: true });
    else if (!announced) {
      say("another process on this machine builds the components; waiting for it");
      announced = true;
    }
    await pause(POLL_MS);
  }
  try {
    await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The lock appears with its owner in it at once: a hard link either is made or is not. @param {string} lock */
function tryToTake(lock) {
  const own = `${lock}.${String(process.pid)}`;
  writeFileSync(own, JSON.stringify(thisProcess()));
  try {
    linkSync(own, lock);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    unlinkSync(own);
  }
}

/** @param {string} lock */
function ownerOf(lock) {
  try {
    /** @type {unknown} */
    const mark = JSON.parse(readFileSync(lock, "utf8"));
    return /** @type {import("./registry.mjs").ProcessMark} */ (mark);
  } catch {
    return undefined;
  }
}
