/**
 * Archives on this machine's disk, written and compressed piece by piece.
 * @packageDocumentation
 */
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGzip } from "node:zlib";
import type { ArchiveMember, Archives } from "./ports.js";
import { END, padding, type TarEntry, tarHeader } from "./tar.js";

/** The real {@link Archives}. Errors are those of Node, which name the path and the cause. */
export const realArchives: Archives = { write, compress, writeCompressed, digestOf, within };

async function write(path: string, members: readonly ArchiveMember[]): Promise<void> {
  await whole(path, async (part) => pipeline(Readable.from(pieces(members)), createWriteStream(part, { flags: "wx" })));
}

async function writeCompressed(path: string, bytes: Uint8Array): Promise<void> {
  await whole(path, async (part) => pipeline(Readable.from([bytes]), createGzip(), createWriteStream(part, { flags: "wx" })));
}

/** Has a file written beside its place and puts it there when it is complete. */
async function whole(path: string, write: (part: string) => Promise<void>): Promise<void> {
  const part = `${path}.${randomUUID()}.part`;
  try {
    await write(part);
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function* pieces(members: readonly ArchiveMember[]): AsyncGenerator<Uint8Array> {
  for (const member of members) {
    const entry = await entryOf(member);
    yield tarHeader(entry);
    if ("text" in member) yield Buffer.from(member.text);
    if ("copyOf" in member) yield* createReadStream(member.copyOf) as AsyncIterable<Buffer>;
    yield padding(entry.size);
  }
  yield END;
}

async function entryOf(member: ArchiveMember): Promise<TarEntry> {
  const { path } = member;
  if ("target" in member) return { path, kind: "link", mode: 0o777, size: 0, target: member.target };
  const { mode } = member;
  if ("text" in member) return { path, mode, kind: "file", size: Buffer.byteLength(member.text) };
  if ("copyOf" in member) return { path, mode, kind: "file", size: (await stat(member.copyOf)).size };
  return { path, mode, kind: "folder", size: 0 };
}

async function compress(from: string, to: string): Promise<Awaited<ReturnType<Archives["compress"]>>> {
  const content = createHash("sha256");
  const compressed = createHash("sha256");
  let size = 0;
  await pipeline(
    createReadStream(from),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        content.update(chunk);
        yield chunk;
      }
    },
    createGzip(),
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        compressed.update(chunk);
        size += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(to),
  );
  return { contentDigest: content.digest("hex"), digest: compressed.digest("hex"), size };
}

function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function within<T>(folder: string, work: (folder: string) => Promise<T>): Promise<T> {
  const made = await mkdtemp(join(folder, "podwire-"));
  try {
    return await work(made);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}
