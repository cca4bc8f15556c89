/**
 * Files that only grow, and of which what was written is on the disk when the call returns.
 * @packageDocumentation
 */
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import type { DurableLog } from "./ports.js";

/** The real {@link DurableLog}. */
export const realDurableLog: DurableLog = {
  append: async (path, text) => {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    const handle = await open(path, "a", 0o644);
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
    } finally {
      await handle.close();
    }
    await syncFolder(dirname(path));
  },
};

/** A file's name is its folder's content: without this, a new file may be gone after a power loss although its text was written. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
