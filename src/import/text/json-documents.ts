/**
 * Finds JSON documents among the lines of a text: pretty-printed ones as tools write them, or whole ones on a line.
 * @packageDocumentation
 */
import type { JsonDocument, Line, Surroundings } from "../recogniser.js";

/** Largest document that is kept, in characters. An iperf3 run of an hour with a stream a line takes about 2 million. */
export const LARGEST_DOCUMENT = 8 << 20;

const OPENS = /^\s*(?:\{|\[\s*(?:\{|$))/;

/** Collects the lines of documents and hands over each that is complete and valid. */
export class JsonDocuments {
  #lines: string[] = [];
  #size = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #firstLine = 0;
  #surroundings: Surroundings | undefined;
  /** Documents that were larger than {@link LARGEST_DOCUMENT} and were not read. */
  tooLarge = 0;

  constructor(
    readonly surroundings: () => Surroundings,
    readonly onDocument: (document: JsonDocument) => void,
  ) {}

  /** Takes the next line, whole. */
  line(line: Line): void {
    // A document that starts at the margin ends one that was never closed.
    const restarts = this.#depth > 0 && line.text.startsWith("{");
    if (this.#depth === 0 || restarts) {
      if (!OPENS.test(line.text)) return;
      this.#begin(line);
    }
    this.#size += line.text.length + 1;
    if (this.#size > LARGEST_DOCUMENT) {
      this.tooLarge += 1;
      this.#drop();
      return;
    }
    this.#lines.push(line.text);
    this.#scan(line);
  }

  #begin(line: Line): void {
    this.#drop();
    this.#firstLine = line.number;
    this.#surroundings = this.surroundings();
  }

  #drop(): void {
    this.#lines = [];
    this.#size = 0;
    this.#depth = 0;
    this.#inString = false;
    this.#escaped = false;
  }

  #scan(line: Line): void {
    for (const [character] of line.text.matchAll(/["\\{}[\]]|[^"\\{}[\]]+/g)) this.#step(character);
    // JSON strings do not span lines.
    this.#inString = false;
    this.#escaped = false;
    if (this.#depth <= 0) this.#finish(line.number);
  }

  #step(part: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (this.#inString) {
      if (part === "\\") this.#escaped = true;
      else if (part === '"') this.#inString = false;
    } else if (part === '"') this.#inString = true;
    else if (part === "{" || part === "[") this.#depth += 1;
    else if (part === "}" || part === "]") this.#depth -= 1;
  }

  #finish(lastLine: number): void {
    const text = this.#lines.join("\n").trim().replace(/,$/, "");
    const [firstLine, surroundings] = [this.#firstLine, this.#surroundings];
    this.#drop();
    if (surroundings === undefined) return;
    const value = parsed(text);
    if (value !== undefined) this.onDocument({ value, firstLine, lastLine, surroundings });
  }
}

/** What looked like JSON and is not is prose or a broken paste: it is read as text instead. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A member of what may be an object. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let at = value;
  for (const name of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

/** A member that is a finite number. */
export function numberAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = member(value, ...path);
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

/** A member that is text. */
export function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = member(value, ...path);
  return typeof found === "string" ? found : undefined;
}
