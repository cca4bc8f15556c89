import { EventEmitter } from "node:events";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { questionOf } from "../../report/questions.js";
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
    else if (sequence === "K") this.#lines[this.#row] = (this.#lines[this.#row] ?? "").slice(0, this.#column);
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

const LAB = { venue: "lab", linkBitsPerSecond: 1e9 } as const;
const LOOK = { colour: false, utf8: true } as const;

const state = (round: number): LiveState => ({
  phase: "measuring",
  rows: "modes",
  measured: "TCP",
  metric: "tcp",
  round,
  since: seconds(round),
  elapsed: seconds(round),
  budget: seconds(60),
  questions: [questionOf("tcp", LAB), questionOf("http", LAB)],
  table: [
    { label: "macvlan", cells: [{ kind: "ratio", ratio: 1, low: 0.9, high: 1.1, settled: false }, { kind: "waiting" }] },
    { label: "gce", cells: [{ kind: "ratio", ratio: 0.98, low: 0.9, high: 1.1, settled: true }, { kind: "waiting" }] },
  ],
  messages: [],
});

describe("on a terminal", () => {
  test("frames replace each other and leave what stood above", () => {
    const screen = new Screen(80);
    screen.write("$ podwire lab\r\n");
    const view = new LiveTerminal(screen, { ...LOOK, colour: true });
    for (let round = 1; round <= 5; round += 1) view.draw(state(round));
    expect(screen.text).toMatch(/^\$ podwire lab\nmeasuring TCP, round 5/);
    expect(screen.text.match(/measuring/g)).toHaveLength(1);
    expect(screen.text.match(/macvlan/g)).toHaveLength(1);
  });

  test.each([40, 55, 79, 120])("a resize to %d columns leaves one whole frame", (columns) => {
    const screen = new Screen(80);
    screen.write("$ podwire lab\r\n");
    const view = new LiveTerminal(screen, LOOK);
    view.draw(state(1));
    screen.resize(columns);
    expect(screen.text.match(/measuring/g)).toHaveLength(1);
    expect(screen.text.startsWith("$ podwire lab\n")).toBe(true);
    for (const line of screen.text.split("\n")) expect(line.length).toBeLessThan(columns);
  });

  test("the cursor is hidden while it draws, and back after close, however often that is called", () => {
    const screen = new Screen(80);
    const view = new LiveTerminal(screen, LOOK);
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
    new LiveTerminal(screen, LOOK).close();
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

  test("one line in ten seconds, whatever happens, with what was said meanwhile", () => {
    const lines = linesOf([
      { ...state(0), phase: "building", since: seconds(0) },
      state(1),
      { ...state(4), measured: "HTTP with new connections" },
      { ...state(5), messages: ["gce\u001b failed"] },
      { ...state(10), measured: "ping time", messages: ["gce\u001b failed"] },
      { ...state(19), messages: ["gce\u001b failed"] },
      { ...state(25), messages: ["gce\u001b failed"] },
      { ...state(26), messages: ["gce\u001b failed", "vlan failed"] },
    ]);
    expect(lines).toEqual([
      "[0:00 of 1:00] building the lab, 1:00 left",
      "[0:10 of 1:00] measuring ping time, round 10, 0:50 left; gce failed",
      "[0:25 of 1:00] measuring TCP, round 25, 0:35 left",
      "vlan failed",
    ]);
  });

  test("no more than one line for every ten seconds of any run", () => {
    const steps = fc.array(fc.tuple(fc.double({ min: 0, max: 15, noNaN: true }), fc.array(fc.string(), { maxLength: 2 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        let since = 0;
        let messages: readonly string[] = [];
        const states = all.map(([step, said]) => {
          since += step;
          messages = [...messages, ...said];
          return { ...state(1), since: seconds(since), messages };
        });
        // The last line is what no line came for.
        expect(linesOf(states).length).toBeLessThanOrEqual(Math.floor(since / 10) + 2);
      }),
    );
  });

  test("the stream decides which view it is", () => {
    const screen = new Screen(80);
    expect(openLiveView(screen, LOOK)).toBeInstanceOf(LiveTerminal);
    expect(openLiveView({ write: () => true, on: () => screen, off: () => screen }, LOOK)).toBeInstanceOf(LiveLines);
  });
});
