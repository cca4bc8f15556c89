/**
 * A text that a person gives by a path.
 * @packageDocumentation
 */
import type { ByteStreams } from "../machine/ports.js";

/** The whole text at a path, `-` being standard input. It is read once, so that a pipe will do. Errors are those of Node. */
export async function readWholeText(path: string, byteStreams: ByteStreams): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of byteStreams.open(path)) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
