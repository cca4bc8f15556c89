/**
 * Trees of files on this machine's disk.
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { chmod, mkdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileTrees, TreeFile } from "./ports.js";

/** The real {@link FileTrees}. Errors are those of Node, which name the path and the cause. */
export const realFileTrees: FileTrees = { write };

async function write(folder: string, files: readonly TreeFile[], gone: readonly string[] = []): Promise<void> {
  const there = await isFolder(folder);
  // On the folder's own file system, so that a rename is one.
  const part = there ? join(folder, `.${randomUUID()}.part`) : `${folder.replace(/\/+$/, "")}.${randomUUID()}.part`;
  try {
    await mkdir(part, { recursive: true });
    for (const file of files) await writeOne(part, file);
    if (there) await moveEach(part, folder, files);
    else await rename(part, folder);
    for (const path of gone) await removeOne(folder, path);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

async function writeOne(part: string, { path, text, mode }: TreeFile): Promise<void> {
  const target = join(part, path);
  await mkdir(dirname(target), { recursive: true });
  // With its permissions from the start: a secret is never readable by others. The umask may have taken some away.
  await writeFile(target, text, { flag: "wx", mode });
  await chmod(target, mode);
}

async function moveEach(part: string, folder: string, files: readonly TreeFile[]): Promise<void> {
  for (const { path } of files) await mkdir(dirname(join(folder, path)), { recursive: true });
  for (const { path } of files) await rename(join(part, path), join(folder, path));
}

/** A folder that holds something else stays. */
async function removeOne(folder: string, path: string): Promise<void> {
  await rm(join(folder, path), { force: true });
  for (let place = dirname(path); place !== "."; place = dirname(place)) {
    try {
      await rmdir(join(folder, place));
    } catch {
      return;
    }
  }
}
