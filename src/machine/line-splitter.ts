/**
 * Cuts a stream of text into lines. Lines may be tens of megabytes long, so that no chunk is looked at twice.
 * @packageDocumentation
 */

/** Takes chunks and calls `onLine` for every whole line, without its end. */
export class LineSplitter {
  #parts: string[] = [];

  constructor(readonly onLine: (line: string) => void) {}

  /** Adds the next piece of text. */
  push(chunk: string): void {
    let start = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", start)) {
      this.#parts.push(chunk.slice(start, end));
      const line = this.#parts.join("");
      this.#parts = [];
      start = end + 1;
      this.onLine(line);
    }
    if (start < chunk.length) this.#parts.push(chunk.slice(start));
  }
}
