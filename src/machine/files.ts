/**
 * Real files.
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import { access, constants, mkdir, mkdtemp, open, readFile, realpath, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Files } from "./ports.js";

/** Files of this machine. Errors are those of Node, which name the path and the cause. */
export const realFiles: Files = {
  readText: async (path) => readFile(path, "utf8"),
  writeText,
  whyNotWritable,
  // With mode 0700, by POSIX.
  makePrivateFolder: async (prefix) => mkdtemp(prefix),
  exists: async (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  isRegular: async (path) =>
    stat(path).then(
      (found) => found.isFile(),
      () => false,
    ),
};

async function writeText(path: string, text: string): Promise<void> {
  const target = await targetOf(path);
  if (target.kind === "special") {
    await writeFile(path, text, "utf8");
    return;
  }
  await makeFolders(dirname(target.path));
  const temporary = temporaryBeside(target.path);
  try {
    await writeDurably(temporary, text);
    await rename(temporary, target.path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function whyNotWritable(path: string): Promise<string | undefined> {
  try {
    const target = await targetOf(path);
    // A file that its owner has protected is not to be replaced either, although its folder would allow it.
    if (target.kind !== "new") await access(path, constants.W_OK);
    if (target.kind !== "special") await tryFolder(target.path);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function tryFolder(path: string): Promise<void> {
  const made = await makeFolders(dirname(path));
  try {
    const temporary = temporaryBeside(path);
    await (await open(temporary, "wx")).close();
    await rm(temporary);
  } finally {
    // Innermost first. One that someone else has put something into stays.
    for (const folder of made) await rmdir(folder).catch(() => undefined);
  }
}

interface Target {
  readonly kind: "new" | "regular" | "special";
  /** Behind symbolic links: a rename must replace the file, not the link to it. */
  readonly path: string;
}

async function targetOf(path: string): Promise<Target> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw new Error(`${path} is a folder`);
    return found.isFile() ? { kind: "regular", path: await realpath(path) } : { kind: "special", path };
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return { kind: "new", path };
  }
}

/**
 * Node's own `recursive` loops forever where a folder is missing and cannot be made although its parent is there, as under /proc (Node 20).
 * Gives the folders that were missing, innermost first.
 */
async function makeFolders(path: string): Promise<readonly string[]> {
  try {
    await mkdir(path);
    return [path];
  } catch (error) {
    if (codeOf(error) === "EEXIST" && (await stat(path)).isDirectory()) return [];
    if (codeOf(error) !== "ENOENT" || dirname(path) === path) throw error;
    const above = await makeFolders(dirname(path));
    await makeLastFolder(path);
    return [path, ...above];
  }
}

/** Another process may have made it in the meantime. */
async function makeLastFolder(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
}

const temporaryBeside = (path: string): string => `${path}.${randomUUID()}.part`;

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

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
