/**
 * What podwire has written into a folder: the file beside the documents by which it knows its own again, and nothing else's.
 * @packageDocumentation
 */
import { z } from "zod";
import { RenderError } from "./errors.js";

/** Its name in the folder. */
export const MANIFEST_FILE = ".podwire-render.json";
const MANIFEST_SCHEMA = "podwire/rendered@1";

/** A path of a document: below the folder, whoever has edited the file. */
const pathSchema = z.string().regex(/^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^/\0]+(?:\/[^/\0]+)+$/, "is no path of a document");

const entrySchema = z.object({
  target: z.string(),
  variant: z.string(),
  files: z.array(z.object({ path: pathSchema, sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
/** What one target wrote last. */
export type ManifestEntry = z.infer<typeof entrySchema>;
/** A file as it was written. */
export type ManifestFile = ManifestEntry["files"][number];

const manifestSchema = z.object({ schema: z.literal(MANIFEST_SCHEMA), rendered: z.array(entrySchema) });

/** One entry a target: several may share a folder. */
export type Manifest = readonly ManifestEntry[];

/**
 * The entries of a manifest's text.
 * @param source - the file's name, which errors begin with
 * @throws RenderError where it was not written by podwire, or was damaged
 */
export function readManifest(text: string, source: string): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new RenderError(`${source}: is not JSON: without it podwire does not know what it wrote there; remove it to begin anew`);
  }
  const read = manifestSchema.safeParse(data);
  if (read.success) return read.data.rendered;
  const [issue] = read.error.issues;
  throw new RenderError(
    `${source}: is damaged (${issue?.path.map(String).join(".") ?? ""}: ${issue?.message ?? ""}); remove it to begin anew`,
  );
}

/** The text of a manifest in which a target's entry takes the place of its earlier one. */
export const manifestText = (before: Manifest, entry: ManifestEntry): string =>
  `${JSON.stringify({ schema: MANIFEST_SCHEMA, rendered: [...before.filter(({ target }) => target !== entry.target), entry] }, undefined, 1)}\n`;

/** What the target wrote last, if it wrote anything. */
export const entryOf = (manifest: Manifest, target: string): ManifestEntry | undefined => manifest.find((entry) => entry.target === target);

/** Files that the target wrote last and does not write now, and that no other target wrote too. */
export function staleFiles(manifest: Manifest, target: string, paths: readonly string[]): readonly ManifestFile[] {
  const kept = new Set([
    ...paths,
    ...manifest.filter((entry) => entry.target !== target).flatMap(({ files }) => files.map(({ path }) => path)),
  ]);
  return (entryOf(manifest, target)?.files ?? []).filter(({ path }) => !kept.has(path));
}
