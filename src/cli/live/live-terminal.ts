/**
 * Draws the live view in place on a real terminal, or writes plain lines where there is none.
 * @packageDocumentation
 */
import { renderFrame, renderProgressLine } from "../../report/terminal/live.js";
import type { LiveState } from "../../report/terminal/live-state.js";
import { displayWidth, plain } from "../../report/terminal/text.js";

/** What the live view needs of a stream; `process.stderr` and `process.stdout` fit. */
export interface LiveStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): boolean;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

/** A live view. `close` may be called at any moment, more than once, and from an exit handler: it writes synchronously what must be written. */
export interface LiveView {
  draw(state: LiveState): void;
  close(): void;
}

/** The live view that fits the stream. */
export function openLiveView(stream: LiveStream, colour: boolean): LiveView {
  return stream.isTTY === true ? new LiveTerminal(stream, colour) : new LiveLines(stream);
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_BELOW = "\u001b[0J";
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const;

/** Redraws a frame in place. The cursor is hidden from the first frame on and shown again by {@link LiveTerminal.close}. */
export class LiveTerminal implements LiveView {
  readonly #stream: LiveStream;
  readonly #colour: boolean;
  #state: LiveState | undefined;
  /** Columns that each line of the frame on the screen takes. */
  #drawn: readonly number[] = [];
  #open = false;
  #closed = false;

  constructor(stream: LiveStream, colour: boolean) {
    this.#stream = stream;
    this.#colour = colour;
  }

  draw(state: LiveState): void {
    if (this.#closed) return;
    if (!this.#open) {
      this.#open = true;
      this.#stream.on("resize", this.#redraw);
      this.#stream.write(HIDE_CURSOR);
    }
    this.#state = state;
    const { columns, rows } = this.#size();
    const space = { width: columns, height: rows };
    this.#stream.write(`${this.#home()}${CLEAR_BELOW}${renderFrame(state, { ...space, colour: this.#colour }).join("\r\n")}`);
    this.#drawn = renderFrame(state, { ...space, colour: false }).map(displayWidth);
  }

  /** Removes the frame and gives the cursor back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#open) return;
    this.#stream.off("resize", this.#redraw);
    this.#stream.write(`${this.#home()}${CLEAR_BELOW}${SHOW_CURSOR}`);
  }

  readonly #redraw = (): void => {
    if (this.#state !== undefined) this.draw(this.#state);
  };

  #size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#stream.columns || DEFAULT_SIZE.columns, rows: this.#stream.rows || DEFAULT_SIZE.rows };
  }

  /**
   * Moves the cursor to the frame's first column and line. A terminal that became narrower has broken each line in several,
   * so as many more lines are above the cursor.
   */
  #home(): string {
    const { columns, rows } = this.#size();
    const taken = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    const up = Math.min(rows - 1, taken - 1);
    return up > 0 ? `\r\u001b[${String(up)}A` : "\r";
  }
}

/** Seconds between two plain lines of the same phase and workload. */
const LINE_EVERY = 10;

/** Writes a line when the phase or the workload changes, a message is new, or some seconds have passed. */
export class LiveLines implements LiveView {
  readonly #stream: Pick<LiveStream, "write">;
  #last: { readonly key: string; readonly elapsed: number } | undefined;
  #messages: readonly string[] = [];

  constructor(stream: Pick<LiveStream, "write">) {
    this.#stream = stream;
  }

  draw(state: LiveState): void {
    for (const message of state.messages.filter((one) => !this.#messages.includes(one))) this.#stream.write(`${plain(message)}\n`);
    this.#messages = state.messages;
    const key = `${state.phase} ${state.workload ?? ""}`;
    if (this.#last !== undefined && this.#last.key === key && state.elapsed - this.#last.elapsed < LINE_EVERY) return;
    this.#last = { key, elapsed: state.elapsed };
    this.#stream.write(`${renderProgressLine(state)}\n`);
  }

  close(): void {
    // Every line is complete as it was written: there is nothing to take back.
  }
}
