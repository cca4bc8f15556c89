/**
 * Real files.
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { access, mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "./ports.js";

/** Files of this machine. Errors are those of Node, which name the path and the cause. */
export const realFiles: Files = {
  readText: async (path) => readFile(path, "utf8"),
  writeText,
  exists: async (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
};

async function writeText(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${randomUUID()}.part`;
  try {
    await writeDurably(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The text reaches the disk before the rename does, so that a crash leaves the old file or the new one, not an empty one. */
async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx");
  try {
    await handle.writeFile(text, "utf8");
    await handle.sync();
  } finally {
    await handle.close();
  }
}
