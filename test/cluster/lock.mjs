/**
 * One builder at a time on this machine, whichever clone it works for.
 */
import { release, take } from "../../scripts/setup/file-lock.mjs";
import { isRunning, thisProcess } from "./registry.mjs";

const POLL_MS = 500;

/**
 * @param {string} path of the lock's file
 * @param {(line: string) => void} say
 * @param {() => Promise<void>} work
 */
export async function withBuildLock(path, say, work) {
  const lock = {
    path,
    mark: JSON.stringify(thisProcess()),
    isHeld: (/** @type {string} */ mark) => {
      /** @type {unknown} */
      const parsed = JSON.parse(mark);
      return isRunning(/** @type {import("./registry.mjs").ProcessMark} */ (parsed));
    },
    onWait: () => {
      say("another process on this machine builds the components; waiting for it");
    },
    poll: POLL_MS,
  };
  await take(lock);
  try {
    await work();
  } finally {
    release(lock);
  }
}
