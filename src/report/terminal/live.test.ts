import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { METRICS } from "../../model/metric.js";
import { MODES } from "../../modes/index.js";
import { seconds } from "../../units/quantity.js";
import { askedOf, questionOf } from "../questions.js";
import { renderFrame, renderProgressLine } from "./live.js";
import type { LiveCell, LiveState } from "./live-state.js";
import { displayWidth } from "./text.js";

const LAB = { venue: "lab", linkBitsPerSecond: 1e9 } as const;
const SEVEN = askedOf(METRICS.map(({ name }) => name)).map((metric) => questionOf(metric, LAB));

const ratio = (value: number, width: number, settled = false): LiveCell => ({
  kind: "ratio",
  ratio: value,
  low: value * (1 - width),
  high: value * (1 + width),
  settled,
});
const waiting = { kind: "waiting" } as const;

const state: LiveState = {
  phase: "measuring",
  rows: "modes",
  measured: "HTTP with new connections",
  metric: "http",
  round: 7,
  since: seconds(95),
  elapsed: seconds(92),
  budget: seconds(180),
  questions: [questionOf("tcp", LAB), questionOf("http", LAB)],
  table: [
    { label: "macvlan", cells: [ratio(0.99, 0.02, true), ratio(0.98, 0.04)] },
    { label: "flannel-vxlan", cells: [ratio(0.56, 0.105), waiting] },
    { label: "kindnet", cells: [{ kind: "failing" }, waiting] },
    { label: "docker-nat", cells: [{ kind: "none" }, waiting] },
  ],
  messages: ["vlan failed: no memory"],
};
const frame = (more: Partial<LiveState> = {}, width = 100, height = 30, utf8 = true): readonly string[] =>
  renderFrame({ ...state, ...more }, { width, height, colour: false, utf8 });
const lineOf = (lines: readonly string[], mode: string): string => lines.find((line) => line.startsWith(mode)) ?? "";

test("the first line says what is measured, the round, and the time left", () => {
  expect(frame()[0]).toMatch(/^measuring HTTP with new connections, round 7 +1:32 of 3:00, 1:28 left$/);
});

describe("the table", () => {
  test("shows how far each figure has come, which are settled, and why there is none", () => {
    const lines = frame();
    expect(lineOf(lines, "macvlan")).toMatch(/^macvlan +0\.99±2%✓ +0\.98±4%$/);
    expect(lineOf(lines, "flannel-vxlan")).toMatch(/0\.56±11% +\.$/);
    expect(lineOf(lines, "kindnet")).toMatch(/fails +\.$/);
    expect(lineOf(lines, "docker-nat")).toMatch(/n\/a +\.$/);
  });

  test("narrows as intervals do", () => {
    const shown = (width: number): string =>
      lineOf(frame({ table: [{ label: "macvlan", cells: [ratio(0.5, width), waiting] }] }), "macvlan");
    expect([shown(0.3), shown(0.04)]).toEqual([expect.stringContaining("0.50±30%"), expect.stringContaining("0.50±4%")]);
  });

  test("has every mode and question from the first second, before anything is known", () => {
    const empty = MODES.slice(1, 13).map(({ name }) => ({ label: name, cells: SEVEN.map(() => waiting) }));
    const lines = frame({ phase: "building", questions: SEVEN, table: empty, messages: [] }, 80, 24);
    expect(lines[0]).toMatch(/^building the lab /);
    for (const { label } of empty) expect(lineOf(lines, label)).toMatch(new RegExp(`^${label}( +\\.){7}$`));
  });

  test("shows no verdict", () => {
    expect(frame().join("\n")).not.toMatch(/[▲▼=?]|slower|faster|same|undecided/);
  });

  test.each([true, false])("of twelve modes and seven questions fits 80 columns and 24 lines with every interval (UTF-8: %s)", (utf8) => {
    const full = MODES.slice(1, 13).map(({ name }) => ({ label: name, cells: SEVEN.map(() => ratio(0.41, 0.13, true)) }));
    const lines = frame({ questions: SEVEN, table: full, messages: ["a", "b", "c"] }, 80, 24, utf8);
    expect(lines.length).toBeLessThanOrEqual(23);
    for (const { label } of full) expect(lineOf(lines, label).match(utf8 ? /\.41±13✓/g : /\.41\+-13\*/g)).toHaveLength(7);
    if (!utf8) expect(lines.join("")).toMatch(/^[\x20-\x7e]*$/);
  });
});

test("a low terminal keeps the head and the messages", () => {
  const lines = frame({}, 100, 8);
  expect(lines.length).toBeLessThanOrEqual(7);
  expect(lines.at(-1)).toBe("vlan failed: no memory");
  expect(lines.join("\n")).toContain("3 more modes");
});

test("without a terminal one line says it all", () => {
  expect(renderProgressLine(state)).toBe("[1:32 of 3:00] measuring HTTP with new connections, round 7, 1:28 left");
  expect(renderProgressLine({ ...state, phase: "building", doing: "waiting for pods" })).toBe("[1:32 of 3:00] waiting for pods, 1:28 left");
});

test("no frame is larger than its terminal, whatever the state", () => {
  const number = fc.double({ min: 0, max: 50, noNaN: true });
  const cell: fc.Arbitrary<LiveCell> = fc.oneof(
    fc.record({ kind: fc.constant("ratio" as const), ratio: number, low: number, high: number, settled: fc.boolean() }),
    fc.constantFrom({ kind: "waiting" as const }, { kind: "none" as const }, { kind: "failing" as const }),
  );
  const states = fc.integer({ min: 0, max: SEVEN.length }).chain((questions) =>
    fc.record({
      phase: fc.constantFrom("building" as const, "measuring" as const, "summarising" as const, "done" as const),
      rows: fc.constantFrom("modes" as const, "paths" as const),
      measured: fc.string(),
      round: fc.nat(),
      since: number.map(seconds),
      elapsed: fc.double({ min: 0, max: 1e5, noNaN: true }).map(seconds),
      budget: fc.double({ min: 0, max: 1e5, noNaN: true }).map(seconds),
      questions: fc.constant(SEVEN.slice(0, questions)),
      table: fc.array(
        fc.record({ label: fc.string({ unit: "grapheme" }), cells: fc.array(cell, { minLength: questions, maxLength: questions }) }),
        { maxLength: 20 },
      ),
      messages: fc.array(fc.string({ unit: "binary-ascii" }), { maxLength: 5 }),
    }),
  );
  fc.assert(
    fc.property(states, fc.integer({ min: 40, max: 240 }), fc.integer({ min: 3, max: 50 }), fc.boolean(), (one, width, height, utf8) => {
      const lines = renderFrame(one, { width, height, colour: false, utf8 });
      expect(lines.length).toBeLessThan(height);
      for (const line of lines) expect(displayWidth(line)).toBeLessThan(width);
      expect(renderProgressLine(one)).not.toContain("\n");
    }),
  );
});

describe("where the terminal is too small", () => {
  const rows = (label: (index: number) => string, cells: number) =>
    Array.from({ length: 12 }, (_, index) => ({ label: label(index), cells: Array.from({ length: cells }, () => ratio(0.5, 0.1)) }));

  test("every letter is explained, if need be by both ends of its name", () => {
    const table = rows((index) => `kindnet+offload-off+sndbuf-4m+number-${String(index + 10)}`, 7);
    const lines = frame({ questions: SEVEN, table }, 80, 23);
    expect(lines.length).toBeLessThan(23);
    for (let index = 0; index < 12; index += 1) {
      const sign = String.fromCharCode(65 + index);
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${sign} +0\\.50`)));
      expect(lines.join(" ")).toMatch(new RegExp(`${sign}: kindnet.*-${String(index + 10)}`));
    }
  });

  test("modes and questions that are not shown are counted", () => {
    const table = rows((index) => `mode-${String(index)}`, 7);
    expect(frame({ questions: SEVEN, table }, 80, 12)).toContain("7 more modes");
    const narrow = frame({ questions: SEVEN, table }, 31, 24);
    expect(narrow).toContainEqual(expect.stringMatching(/^\d more questions$/));
    expect(frame({ questions: SEVEN, table }, 31, 12)).toContainEqual(expect.stringMatching(/^\d+ more modes, \d more/));
  });
});
