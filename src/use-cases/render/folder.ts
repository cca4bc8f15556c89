/**
 * Documents and the folder that they are written to: what is there, what podwire wrote there, and writing it anew.
 * @packageDocumentation
 */
import type { Archives, Files, FileTrees, TreeFile } from "../../machine/ports.js";
import type { RenderedFile } from "../../render/contract.js";
import type { StaleFile } from "../../render/diff/files.js";
import { RenderError } from "../../render/errors.js";
import { entryOf, MANIFEST_FILE, type Manifest, manifestText, readManifest, staleFiles } from "../../render/manifest.js";
import { RunError, wordsOf } from "../errors.js";

/** The machine, as far as folders go. */
export interface FolderWorld {
  readonly files: Files;
  readonly fileTrees: FileTrees;
  readonly archives: Pick<Archives, "digestOf">;
}

/** A folder, and what a target has to do with it. */
export interface Folder {
  readonly path: string;
  readonly manifest: Manifest;
  /** Texts of documents that are there already, by path. */
  readonly there: ReadonlyMap<string, string>;
  /** What the target wrote there before and does not write now. */
  readonly stale: readonly StaleFile[];
  /** The variant of which it wrote them. */
  readonly before?: string;
}

/** `network/cluster/nodes.yaml`. */
export const placeIn = (folder: string, path: string): string => `${folder.replace(/\/+$/, "")}/${path}`;

/**
 * Looks into a folder, which may be missing.
 * @throws RunError where a file that is there cannot be read, or podwire's own note of what it wrote is damaged
 */
export async function lookInto(path: string, target: string, files: readonly RenderedFile[], world: FolderWorld): Promise<Folder> {
  const manifest = await manifestIn(path, world);
  const texts = async (paths: readonly string[]): Promise<ReadonlyMap<string, string>> => {
    const found = new Map<string, string>();
    for (const one of paths) {
      const text = await textAt(placeIn(path, one), world);
      if (text !== undefined) found.set(one, text);
    }
    return found;
  };
  const gone = staleFiles(
    manifest,
    target,
    files.map((file) => file.path),
  );
  const old = await texts(gone.map((file) => file.path));
  const before = entryOf(manifest, target)?.variant;
  return {
    path,
    manifest,
    there: await texts(files.map((file) => file.path)),
    stale: gone.flatMap(({ path: one, sha256 }) => {
      const text = old.get(one);
      return text === undefined ? [] : [{ path: one, untouched: world.archives.digestOf(text) === sha256 }];
    }),
    ...(before === undefined ? {} : { before }),
  };
}

async function manifestIn(path: string, world: FolderWorld): Promise<Manifest> {
  const place = placeIn(path, MANIFEST_FILE);
  const text = await textAt(place, world);
  if (text === undefined) return [];
  try {
    return readManifest(text, place);
  } catch (error) {
    if (error instanceof RenderError) throw new RunError(`${error.message}.`);
    throw error;
  }
}

async function textAt(place: string, { files }: FolderWorld): Promise<string | undefined> {
  if (!(await files.exists(place))) return undefined;
  try {
    return await files.readText(place);
  } catch (error) {
    throw new RunError(`${place} cannot be read: ${wordsOf(error)}`);
  }
}

/** What is written, for whom. */
export interface Written {
  readonly target: string;
  readonly variant: string;
  readonly files: readonly RenderedFile[];
}

/**
 * Writes documents, and removes those of the target's earlier ones that are as podwire wrote them.
 * @throws RunError where the folder cannot be written
 */
export async function writeDocuments({ target, variant, files }: Written, folder: Folder, world: FolderWorld): Promise<void> {
  const entry = { target, variant, files: files.map(({ path, text }) => ({ path, sha256: world.archives.digestOf(text) })) };
  const tree = files.map(({ path, text, mode = 0o644 }): TreeFile => ({ path, text, mode }));
  const note: TreeFile = { path: MANIFEST_FILE, text: manifestText(folder.manifest, entry), mode: 0o644 };
  const gone = folder.stale.filter(({ untouched }) => untouched).map(({ path }) => path);
  try {
    await world.fileTrees.write(folder.path, [...tree, note], gone);
  } catch (error) {
    throw new RunError(`--out: ${folder.path} cannot be written: ${wordsOf(error)}`);
  }
}
