import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import type { LiveState } from "../../report/terminal/live-state.js";
import { seconds } from "../../units/quantity.js";
import { LiveLines, type LiveStream, LiveTerminal, openLiveView } from "./live-terminal.js";

const ESCAPE = "\u001b";
/** An escape sequence, or one character. */
const TOKEN = new RegExp(`${ESCAPE}\\[([?\\d;]*[A-Za-z])|[^${ESCAPE}]`, "gu");

/** The part of a terminal that the live view uses: text, line breaks, cursor up, clear below, the cursor's visibility, wrapping. */
class Screen extends EventEmitter implements LiveStream {
  readonly isTTY = true;
  columns: number;
  rows = 30;
  cursorVisible = true;
  #lines: string[] = [""];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super();
    this.columns = columns;
  }

  write(text: string): boolean {
    for (const [token, sequence] of text.matchAll(TOKEN)) this.#take(token, sequence);
    return true;
  }

  #take(token: string, sequence: string | undefined): void {
    if (sequence === "?25l" || sequence === "?25h") this.cursorVisible = sequence === "?25h";
    else if (sequence === "0J") this.#lines = [...this.#lines.slice(0, this.#row), (this.#lines[this.#row] ?? "").slice(0, this.#column)];
    else if (sequence?.endsWith("A") === true) this.#row = Math.max(0, this.#row - Number(sequence.slice(0, -1)));
    else if (sequence?.endsWith("m") === true) return;
    else if (token === "\r") this.#column = 0;
    else if (token === "\n") this.#down();
    else this.#put(token);
  }

  #down(): void {
    this.#row += 1;
    this.#column = 0;
    while (this.#lines.length <= this.#row) this.#lines.push("");
  }

  #put(character: string): void {
    if (this.#column === this.columns) this.#down();
    const line = (this.#lines[this.#row] ?? "").padEnd(this.#column);
    this.#lines[this.#row] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  /** Makes the terminal narrower or wider; lines are broken anew as a terminal does. */
  resize(columns: number): void {
    this.columns = columns;
    this.#lines = this.#lines.flatMap((line) => (line === "" ? [""] : (line.match(new RegExp(`.{1,${String(columns)}}`, "gu")) ?? [])));
    this.#row = this.#lines.length - 1;
    this.#column = (this.#lines.at(-1) ?? "").length;
    this.emit("resize");
  }

  get text(): string {
    return this.#lines.map((line) => line.trimEnd()).join("\n");
  }
}

const state = (round: number): LiveState => ({
  phase: "measuring",
  rows: "modes",
  workload: "tcp",
  metric: "tcp",
  round,
  roundsDone: round,
  elapsed: seconds(round),
  budget: seconds(60),
  modes: [
    { mode: "macvlan", n: round, ratio: 1, low: 0.9, high: 1.1 },
    { mode: "gce", n: round, ratio: 0.98, low: 0.9, high: 1.1 },
  ],
  messages: [],
});

describe("on a terminal", () => {
  test("frames replace each other and leave what stood above", () => {
    const screen = new Screen(80);
    screen.write("$ podwire lab\r\n");
    const view = new LiveTerminal(screen, true);
    for (let round = 1; round <= 5; round += 1) view.draw(state(round));
    expect(screen.text).toMatch(/^\$ podwire lab\nmeasuring tcp, round 5/);
    expect(screen.text.match(/measuring/g)).toHaveLength(1);
    expect(screen.text.match(/macvlan/g)).toHaveLength(1);
  });

  test.each([40, 55, 79, 120])("a resize to %d columns leaves one whole frame", (columns) => {
    const screen = new Screen(80);
    screen.write("$ podwire lab\r\n");
    const view = new LiveTerminal(screen, false);
    view.draw(state(1));
    screen.resize(columns);
    expect(screen.text.match(/measuring/g)).toHaveLength(1);
    expect(screen.text.startsWith("$ podwire lab\n")).toBe(true);
    for (const line of screen.text.split("\n")) expect(line.length).toBeLessThan(columns);
  });

  test("the cursor is hidden while it draws, and back after close, however often that is called", () => {
    const screen = new Screen(80);
    const view = new LiveTerminal(screen, false);
    view.draw(state(1));
    expect(screen.cursorVisible).toBe(false);
    view.close();
    view.close();
    expect(screen.cursorVisible).toBe(true);
    expect(screen.text).toBe("");
    expect(screen.listenerCount("resize")).toBe(0);
    view.draw(state(2));
    expect(screen.text).toBe("");
  });

  test("closing a view that never drew writes nothing", () => {
    const screen = new Screen(80);
    new LiveTerminal(screen, false).close();
    expect(screen.text).toBe("");
    expect(screen.cursorVisible).toBe(true);
  });
});

describe("without a terminal", () => {
  const linesOf = (states: readonly LiveState[]): string[] => {
    let text = "";
    const view = new LiveLines({
      write: (chunk) => {
        text += chunk;
        return true;
      },
    });
    for (const one of states) view.draw(one);
    view.close();
    return text.split("\n").slice(0, -1);
  };

  test("a line for a new workload, a new message, and every ten seconds, and no more", () => {
    const lines = linesOf([
      state(1),
      state(2),
      state(3),
      { ...state(4), workload: "http" },
      { ...state(5), workload: "http", messages: ["gce\u001b failed"] },
      { ...state(15), workload: "http" },
    ]);
    expect(lines.map((line) => line.replace(/,.*/, ""))).toEqual([
      "[0:01 of 1:00] measuring tcp",
      "[0:04 of 1:00] measuring http",
      "gce failed",
      "[0:15 of 1:00] measuring http",
    ]);
    expect(lines.join("")).not.toContain("\u001b");
  });

  test("the stream decides which view it is", () => {
    const screen = new Screen(80);
    expect(openLiveView(screen, true)).toBeInstanceOf(LiveTerminal);
    expect(openLiveView({ write: () => true, on: () => screen, off: () => screen }, true)).toBeInstanceOf(LiveLines);
  });
});
