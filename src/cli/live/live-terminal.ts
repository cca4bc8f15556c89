/**
 * Draws the live view in place on a real terminal, or writes plain lines where there is none.
 * @packageDocumentation
 */

import { renderFrame, renderProgressLine } from "../../report/terminal/live.js";
import type { LiveState } from "../../report/terminal/live-state.js";
import { displayWidth, plain } from "../../report/terminal/text.js";
import { LINE_EVERY } from "../line-every.js";

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
export function openLiveView(stream: LiveStream, look: LiveLook): LiveView {
  return stream.isTTY === true ? new LiveTerminal(stream, look) : new LiveLines(stream);
}

/** What the terminal can show. */
export interface LiveLook {
  readonly colour: boolean;
  readonly utf8: boolean;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR_BELOW = "\u001b[0J";
const CLEAR_LINE = "\u001b[K";
const DEFAULT_SIZE = { columns: 80, rows: 24 } as const;

/** Redraws a frame in place. The cursor is hidden from the first frame on and shown again by {@link LiveTerminal.close}. */
export class LiveTerminal implements LiveView {
  readonly #stream: LiveStream;
  readonly #look: LiveLook;
  #state: LiveState | undefined;
  /** Columns that each line of the frame on the screen takes. */
  #drawn: readonly number[] = [];
  #open = false;
  #closed = false;

  constructor(stream: LiveStream, look: LiveLook) {
    this.#stream = stream;
    this.#look = look;
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
    const space = { ...this.#look, width: columns, height: rows };
    // Lines are overwritten, not cleared first: terminals flicker then, and some keep a whole screen that is cleared among the lines above (tmux).
    const lines = renderFrame(state, space).map((line) => `${line}${CLEAR_LINE}`);
    this.#stream.write(`${this.#home()}${lines.join("\r\n")}${CLEAR_BELOW}`);
    this.#drawn = renderFrame(state, { ...space, colour: false }).map(displayWidth);
  }

  /** Removes the frame and gives the cursor back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#open) return;
    this.#stream.off("resize", this.#redraw);
    const blank = Array.from({ length: Math.min(this.#size().rows, this.#taken()) }, () => CLEAR_LINE).join("\r\n");
    this.#stream.write(`${this.#home()}${blank}${this.#home()}${CLEAR_BELOW}${SHOW_CURSOR}`);
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
    const up = Math.min(this.#size().rows, this.#taken()) - 1;
    return up > 0 ? `\r\u001b[${String(up)}A` : "\r";
  }

  /** Lines of the terminal that the frame takes. */
  #taken(): number {
    const { columns } = this.#size();
    return this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
  }
}

/** Writes one line in ten seconds at most; messages that came in between stand behind it. */
export class LiveLines implements LiveView {
  readonly #stream: Pick<LiveStream, "write">;
  #last: number | undefined;
  #said = 0;
  #state: LiveState | undefined;

  constructor(stream: Pick<LiveStream, "write">) {
    this.#stream = stream;
  }

  draw(state: LiveState): void {
    this.#state = state;
    if (this.#last !== undefined && state.since - this.#last < LINE_EVERY) return;
    this.#last = state.since;
    this.#stream.write(`${[renderProgressLine(state), ...this.#news()].join("; ")}\n`);
  }

  /** Says what no line came for. */
  close(): void {
    const news = this.#news();
    if (news.length > 0) this.#stream.write(`${news.join("; ")}\n`);
  }

  #news(): readonly string[] {
    const messages = this.#state?.messages ?? [];
    const news = messages.slice(this.#said).map(plain);
    this.#said = messages.length;
    return news;
  }
}
