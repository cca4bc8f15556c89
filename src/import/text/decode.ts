/**
 * Bytes to lines, in bounded memory, whatever the bytes are: UTF-8, UTF-16 with or without a byte order mark, Latin-1, or no text at all.
 * @packageDocumentation
 */
import { EightBitLines, joined, SixteenBitLines } from "./encoded-lines.js";

export { LONGEST_LINE } from "./encoded-lines.js";

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

/** How much is looked at to tell the encoding. */
const LOOK = 4096;

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
