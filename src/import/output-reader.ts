/**
 * What readers of one tool's text have in common: lines that the tool does not print end its output.
 * @packageDocumentation
 */
import type { Output } from "./output.js";
import type { Line, LineReader, Sink } from "./recogniser.js";

/** Reads one output after the other. */
export abstract class OutputReader implements LineReader {
  /** The one that is being read. */
  protected output: Output | undefined;

  constructor(readonly sink: Sink) {}

  line(line: Line): boolean {
    const taken = this.take(line);
    if (taken) this.output?.own();
    else if (this.output?.foreign(line) === true) this.end();
    return taken;
  }

  /** Reads a line; true where it is the tool's. */
  protected abstract take(line: Line): boolean;
  abstract end(): void;
}
