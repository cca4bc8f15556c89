/**
 * Bytes to lines, in bounded memory, whatever the bytes are: UTF-8, UTF-16 with or without a byte order mark, Latin-1, or no text at all.
 * @packageDocumentation
 */

/** What was seen of a file while it was read. */
export interface DecodingReport {
  readonly bytes: number;
  readonly lines: number;
  readonly encoding: string;
  /** Lines longer than {@link LONGEST_LINE}, of which only the beginning was kept. */
  readonly cutLines: number;
  /** Lines that held control characters, as binary data does. */
  readonly controlLines: number;
}

/** Longest part of a line that is kept, in bytes. */
export const LONGEST_LINE = 1 << 20;
/** How much is looked at to tell the encoding. */
const LOOK = 4096;

const NEWLINE = 10;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ESCAPES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f\ufffd\ufffe\uffff]+/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const ANY_CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f\ufffd\ufffe\uffff]/;

/** `binary` is set for lines so full of control characters that no person wrote them. */
type OnLine = (text: string, number: number, binary: boolean) => void;

/** Takes the chunks of one file and calls back for every line. */
export class LineDecoder {
  #head: Uint8Array[] = [];
  #headLength = 0;
  #reader: EightBitLines | SixteenBitLines | undefined;
  #bytes = 0;
  #lines = 0;
  #controlLines = 0;

  constructor(readonly onLine: OnLine) {}

  /** Takes the next chunk. */
  push(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#reader !== undefined) {
      this.#reader.push(chunk);
      return;
    }
    this.#head.push(chunk);
    this.#headLength += chunk.length;
    if (this.#headLength >= LOOK) this.#start();
  }

  /** The file has ended: the last line may lack its end. */
  end(): DecodingReport {
    const reader = this.#reader ?? this.#start();
    reader.end();
    return {
      bytes: this.#bytes,
      lines: this.#lines,
      encoding: reader.encoding(),
      cutLines: reader.cutLines,
      controlLines: this.#controlLines,
    };
  }

  #start(): EightBitLines | SixteenBitLines {
    const head = joined(this.#head);
    this.#head = [];
    const { encoding, skip } = guessEncoding(head);
    const onRaw = (text: string): void => {
      this.#takeRaw(text);
    };
    this.#reader = encoding === "8-bit" ? new EightBitLines(onRaw) : new SixteenBitLines(encoding, onRaw);
    this.#reader.push(head.subarray(skip));
    return this.#reader;
  }

  /** A carriage return starts a line anew: progress displays and Windows line ends both have them. */
  #takeRaw(raw: string): void {
    this.#lines += 1;
    if (!ANY_CONTROL.test(raw)) {
      this.onLine(raw, this.#lines, false);
      return;
    }
    const ended = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
    for (const part of ended.split("\r")) {
      const bare = part.replace(ESCAPES, "");
      let runs = 0;
      const clean = bare.replace(CONTROLS, () => {
        runs += 1;
        return " ";
      });
      if (runs > 0) this.#controlLines += 1;
      this.onLine(clean, this.#lines, runs > 1 + bare.length / 50);
    }
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
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

interface Guess {
  readonly encoding: "8-bit" | "utf-16le" | "utf-16be";
  readonly skip: number;
}

function guessEncoding(head: Uint8Array): Guess {
  const [a, b, c] = head;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "8-bit", skip: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", skip: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", skip: 2 };
  return { encoding: withoutMark(head), skip: 0 };
}

/** Text of mostly Latin letters in UTF-16 has a zero in every second byte, and hardly one in the others. */
function withoutMark(head: Uint8Array): Guess["encoding"] {
  const look = head.subarray(0, LOOK);
  const zeros = [0, 0];
  look.forEach((byte, index) => {
    if (byte === 0) zeros[index % 2] = (zeros[index % 2] ?? 0) + 1;
  });
  const [even = 0, odd = 0] = zeros;
  const half = look.length / 2;
  if (look.length >= 8 && odd > 0.4 * half && even < 0.05 * half) return "utf-16le";
  if (look.length >= 8 && even > 0.4 * half && odd < 0.05 * half) return "utf-16be";
  return "8-bit";
}

/** Lines of UTF-8; a line that is not UTF-8 is read as Latin-1 (in its Windows form), which every byte sequence is. */
class EightBitLines {
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
class SixteenBitLines {
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
