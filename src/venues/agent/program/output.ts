/**
 * The agent's standard output.
 * @packageDocumentation
 */
import { Socket } from "node:net";
import { deflateRaw } from "node:zlib";
import type { Message, Packed } from "../protocol.js";

/** Characters from which on a line is packed. A log of 20 MB becomes 4 or less; the fastest level does that in a fifth of a second. */
const PACKED_FROM = 64 * 1024;
const FASTEST = { level: 1 };

/** Writes messages without waiting for the reader: process.stdout would write to a pipe synchronously, and a slow reader would hold up a slice. */
export class Output {
  readonly #socket = new Socket({ fd: 1, readable: false, writable: true });

  /**
   * @param packs - whether long lines are packed, which pays where they pass a network and an API server
   * @param onBroken - called when no one reads any more
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
    if (this.packs && line.length > PACKED_FROM) this.#sendPacked(line);
    else this.#socket.write(`${line}\n`);
  }

  /** In a thread of its own: orders and beats are heard meanwhile. No message depends on another one's coming first. */
  #sendPacked(line: string): void {
    deflateRaw(line, FASTEST, (error, deflated) => {
      const packed: Packed = { type: "packed", message: deflated.toString("base64") };
      this.#socket.write(`${error === null ? JSON.stringify(packed) : line}\n`);
    });
  }
}
