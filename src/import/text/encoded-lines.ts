/**
 * Bytes of one encoding to lines: UTF-8 with Latin-1 between, and UTF-16.
 * @packageDocumentation
 */

/** Longest part of a line that is kept, in bytes. */
export const LONGEST_LINE = 1 << 20;

const NEWLINE = 10;

/** Several chunks as one. */
export function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const [first] = chunks;
  if (first !== undefined && chunks.length === 1) return first;
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Lines of UTF-8; a line that is not UTF-8 is read as Latin-1 (in its Windows form), which every byte sequence is. */
export class EightBitLines {
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #latin1 = new TextDecoder("windows-1252");
  #rest: Uint8Array[] = [];
  #restLength = 0;
  #skipping = false;
  #latin1Lines = 0;
  #otherLines = false;
  cutLines = 0;

  constructor(readonly onLine: (text: string) => void) {}

  encoding(): string {
    if (this.#latin1Lines === 0) return "UTF-8";
    return this.#otherLines ? "UTF-8, some lines Latin-1" : "Latin-1";
  }

  push(chunk: Uint8Array): void {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      this.#keep(chunk);
      return;
    }
    const first = chunk.indexOf(NEWLINE);
    this.#keep(chunk.subarray(0, first));
    this.#finishLine();
    if (last > first) this.#whole(chunk.subarray(first + 1, last));
    this.#keep(chunk.subarray(last + 1));
  }

  end(): void {
    if (this.#restLength > 0) this.#finishLine();
  }

  #keep(part: Uint8Array): void {
    if (this.#skipping || part.length === 0) return;
    const room = LONGEST_LINE - this.#restLength;
    // A copy: the chunk's memory is the stream's, which may use it again or be large.
    this.#rest.push(part.slice(0, room));
    this.#restLength += Math.min(part.length, room);
    if (part.length <= room) return;
    this.#skipping = true;
    this.cutLines += 1;
  }

  #finishLine(): void {
    const bytes = joined(this.#rest);
    this.#rest = [];
    this.#restLength = 0;
    this.#skipping = false;
    this.#one(bytes);
  }

  /** Many whole lines at once: decoding a chunk is far quicker than decoding its lines. */
  #whole(bytes: Uint8Array): void {
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      this.#oneByOne(bytes);
      return;
    }
    for (const line of text.split("\n")) this.#give(line);
  }

  #oneByOne(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
      this.#one(bytes.subarray(start, end));
      start = end + 1;
    }
    this.#one(bytes.subarray(start));
  }

  #one(bytes: Uint8Array): void {
    let text: string;
    try {
      text = this.#utf8.decode(bytes);
    } catch {
      this.#latin1Lines += 1;
      this.onLine(this.#latin1.decode(bytes));
      return;
    }
    this.#give(text);
  }

  #give(text: string): void {
    // Plain ASCII speaks for no encoding.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
    if (!this.#otherLines && this.#latin1Lines > 0 && /[^\u0000-\u007f]/.test(text)) this.#otherLines = true;
    this.onLine(text);
  }
}

/** Lines of UTF-16. */
export class SixteenBitLines {
  readonly #decoder: InstanceType<typeof TextDecoder>;
  #parts: string[] = [];
  #length = 0;
  #skipping = false;
  cutLines = 0;

  constructor(
    readonly name: "utf-16le" | "utf-16be",
    readonly onLine: (text: string) => void,
  ) {
    this.#decoder = new TextDecoder(name);
  }

  encoding(): string {
    return this.name === "utf-16le" ? "UTF-16 (little endian)" : "UTF-16 (big endian)";
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#decoder.decode(chunk, { stream: true }));
  }

  end(): void {
    this.#take(this.#decoder.decode());
    if (this.#length > 0) this.#finishLine();
  }

  #take(text: string): void {
    let start = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", start)) {
      this.#keep(text.slice(start, end));
      this.#finishLine();
      start = end + 1;
    }
    this.#keep(text.slice(start));
  }

  #keep(part: string): void {
    if (this.#skipping || part === "") return;
    const room = LONGEST_LINE / 2 - this.#length;
    this.#parts.push(part.slice(0, room));
    this.#length += Math.min(part.length, room);
    if (part.length <= room) return;
    this.#skipping = true;
    this.cutLines += 1;
  }

  #finishLine(): void {
    const line = this.#parts.join("");
    this.#parts = [];
    this.#length = 0;
    this.#skipping = false;
    this.onLine(line);
  }
}
