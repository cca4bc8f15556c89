/**
 * Files, pipes and standard input as streams of bytes.
 * @packageDocumentation
 */
import { constants, createReadStream } from "node:fs";
import { access, stat } from "node:fs/promises";
import type { ByteStreams, Obstacle } from "./ports.js";

/** Large enough that the cost of a piece does not count, small enough that memory does not either. */
const CHUNK = 256 * 1024;
const STANDARD_INPUT = "-";

/** Streams of this machine's files. */
export const realByteStreams: ByteStreams = {
  obstacle,
  /** The bytes in pieces; an error of the file system is thrown while iterating. */
  open(path: string): AsyncIterable<Uint8Array> {
    return path === STANDARD_INPUT ? process.stdin : createReadStream(path, { highWaterMark: CHUNK });
  },
};

/** What stands in the way of reading, as far as is known beforehand. A pipe is never empty beforehand. */
async function obstacle(path: string): Promise<Obstacle | undefined> {
  if (path === STANDARD_INPUT) return undefined;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return { kind: "folder" };
    if (!found.isFile() && !found.isFIFO()) return { kind: "not a file" };
    // Files of /proc say 0 and hold something.
    if (found.isFile() && found.size === 0 && found.blocks === 0 && !path.startsWith("/proc/")) return { kind: "empty" };
    await access(path, constants.R_OK);
    return undefined;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return { kind: "missing" };
    return {
      kind: "unreadable",
      cause: code === "EACCES" || code === "EPERM" ? "permission denied" : error instanceof Error ? error.message : String(error),
    };
  }
}
