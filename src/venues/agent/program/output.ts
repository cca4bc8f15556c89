/**
 * The agent's standard output.
 * @packageDocumentation
 */
import { Socket } from "node:net";
import { deflateRawSync } from "node:zlib";
import type { Message, Packed } from "../protocol.js";

/** Characters from which on a line is packed. A log of 20 MB becomes 4 or less; the fastest level does that in a fifth of a second. */
const PACKED_FROM = 64 * 1024;
const FASTEST = { level: 1 };

/** Writes messages without waiting for the reader: process.stdout would write to a pipe synchronously, and a slow reader would hold up a slice. */
export class Output {
  readonly #socket = new Socket({ fd: 1, readable: false, writable: true });

  /**
   * @param packs - whether long lines are packed, which pays where they pass a network and an API server
   * @param onBroken - called when nobody reads any more
   */
  constructor(
    readonly packs: boolean,
    onBroken: () => void,
  ) {
    this.#socket.on("error", onBroken);
  }

  /** Sends a message. */
  send(message: Message): void {
    const line = JSON.stringify(message);
    const packed = this.packs && line.length > PACKED_FROM;
    this.#socket.write(`${packed ? pack(line) : line}\n`);
  }
}

function pack(line: string): string {
  const message: Packed = { type: "packed", message: deflateRawSync(line, FASTEST).toString("base64") };
  return JSON.stringify(message);
}
