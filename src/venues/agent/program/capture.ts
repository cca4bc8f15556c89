/**
 * Keeps what a program prints, up to a bound: a program that floods its output must not take the machine's memory.
 * @packageDocumentation
 */
import type { Readable } from "node:stream";

/** The first bytes of a stream; the rest is read and dropped, so that the program is not blocked. */
export class Capture {
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #dropped = 0;

  /** @param limit - bytes that are kept */
  constructor(stream: Readable, limit: number) {
    stream.on("data", (chunk: Buffer) => {
      const room = limit - this.#kept;
      const part = chunk.length <= room ? chunk : chunk.subarray(0, room);
      this.#dropped += chunk.length - part.length;
      if (part.length === 0) return;
      this.#kept += part.length;
      this.#chunks.push(part);
    });
  }

  /** How many bytes came after the bound was reached. */
  get dropped(): number {
    return this.#dropped;
  }

  /** What was kept, as UTF-8. */
  text(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}
