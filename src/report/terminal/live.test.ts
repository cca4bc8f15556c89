import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seconds } from "../../units/quantity.js";
import { renderFrame, renderProgressLine } from "./live.js";
import type { LiveState } from "./live-state.js";
import { displayWidth } from "./text.js";

const state: LiveState = {
  phase: "measuring",
  rows: "modes",
  workload: "http",
  metric: "http",
  round: 7,
  roundsDone: 40,
  elapsed: seconds(92),
  budget: seconds(180),
  modes: [
    { mode: "macvlan", n: 7, ratio: 0.99, low: 0.97, high: 1.01 },
    { mode: "flannel-vxlan", n: 7, ratio: 0.56, low: 0.5, high: 0.62 },
    { mode: "kindnet", n: 1, ratio: 0.9 },
    { mode: "gce", n: 0 },
    { mode: "vlan", n: 0, note: "failed" },
  ],
  messages: ["vlan failed: no memory"],
};
const frame = (more: Partial<LiveState> = {}, width = 100, height = 30): readonly string[] =>
  renderFrame({ ...state, ...more }, { width, height, colour: false });
const lineOf = (lines: readonly string[], mode: string): string => lines.find((line) => line.startsWith(mode)) ?? "";

test("the first line says what is measured, the round, and the time left", () => {
  expect(frame()[0]).toMatch(/^measuring http, round 7 +1:32 of 3:00, 1:28 left$/);
});

describe("interval bars", () => {
  test("narrow as intervals do", () => {
    const length = (low: number, high: number): number => {
      const line = lineOf(frame({ modes: [{ mode: "macvlan", n: 9, ratio: 0.8, low, high }, ...state.modes.slice(1)] }), "macvlan");
      return line.indexOf("┤") - line.indexOf("├");
    };
    expect(length(0.6, 0.95)).toBeGreaterThan(length(0.75, 0.85));
  });
  test("stand left of the host's mark where the mode is slower", () => {
    const lines = frame();
    const host = lineOf(lines, "gce").indexOf("┊");
    expect(lineOf(lines, "flannel-vxlan").indexOf("●")).toBeLessThan(host);
    expect(Math.abs(lineOf(lines, "macvlan").indexOf("●") - host)).toBeLessThanOrEqual(1);
    expect(lineOf(lines, "flannel-vxlan")).toContain("0.560 [0.500, 0.620]");
  });
  test("show no verdict", () => {
    expect(frame().join("\n")).not.toMatch(/slower|faster|same|undecided/);
  });
});

test("modes without a ratio say why", () => {
  expect(lineOf(frame(), "gce")).toMatch(/waiting$/);
  expect(lineOf(frame(), "vlan")).toMatch(/failed$/);
  expect(lineOf(frame(), "kindnet")).toMatch(/0\.900 \(n 1\)$/);
});

test("a low terminal keeps the head and the messages", () => {
  const lines = frame({}, 100, 8);
  expect(lines.length).toBeLessThanOrEqual(7);
  expect(lines.at(-1)).toBe("vlan failed: no memory");
  expect(lines.join("\n")).toContain("more modes");
});

test("without a terminal one line says it all", () => {
  expect(renderProgressLine(state)).toBe("[1:32 of 3:00] measuring http, round 7, half-widths 2 % to 10.8 % over 2 modes");
  const only = state.modes.filter(({ mode }) => mode === "macvlan");
  expect(renderProgressLine({ ...state, modes: only })).toBe("[1:32 of 3:00] measuring http, round 7, half-width 2 %");
});

test("no frame is larger than its terminal, whatever the state", () => {
  const ratio = fc.double({ min: 0, max: 50, noNaN: true });
  const mode = fc.record(
    { mode: fc.string({ unit: "grapheme" }), n: fc.nat(), ratio, low: ratio, high: ratio, note: fc.string() },
    { requiredKeys: ["mode", "n"] },
  );
  const states = fc.record({
    phase: fc.constantFrom("building" as const, "measuring" as const, "summarising" as const, "done" as const),
    rows: fc.constantFrom("modes" as const, "paths" as const),
    workload: fc.constantFrom("tcp" as const, "latency.udp" as const),
    round: fc.nat(),
    roundsDone: fc.nat(),
    elapsed: fc.double({ min: 0, max: 1e5, noNaN: true }).map(seconds),
    budget: fc.double({ min: 0, max: 1e5, noNaN: true }).map(seconds),
    modes: fc.array(mode, { maxLength: 20 }),
    messages: fc.array(fc.string({ unit: "binary-ascii" }), { maxLength: 5 }),
  });
  fc.assert(
    fc.property(states, fc.integer({ min: 40, max: 240 }), fc.integer({ min: 3, max: 50 }), (one, width, height) => {
      const lines = renderFrame(one, { width, height, colour: false });
      expect(lines.length).toBeLessThan(height);
      for (const line of lines) expect(displayWidth(line)).toBeLessThan(width);
      expect(renderProgressLine(one)).not.toContain("\n");
    }),
  );
});
