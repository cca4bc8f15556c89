import fc from "fast-check";
import { expect, test } from "vitest";
import { verdictOf } from "./verdict.js";

const log = (low: number, high: number) => ({ low: Math.log(low), high: Math.log(high) });
const rate = { margin: 0.02, better: "higher" } as const;
const time = { margin: 0.02, better: "lower" } as const;

test("a rate below the margin is slower, a time above it too", () => {
  expect(verdictOf(log(0.9, 0.97), rate)).toBe("slower");
  expect(verdictOf(log(1.03, 1.1), time)).toBe("slower");
  expect(verdictOf(log(1.03, 1.1), rate)).toBe("faster");
  expect(verdictOf(log(0.9, 0.97), time)).toBe("faster");
});

test("same needs the whole interval within the margin; its limits belong to it", () => {
  expect(verdictOf(log(0.99, 1.01), rate)).toBe("same");
  expect(verdictOf({ low: Math.log1p(-0.02), high: Math.log1p(0.02) }, rate)).toBe("same");
  expect(verdictOf(log(0.979, 1.01), rate)).toBe("undecided");
  expect(verdictOf(log(0.97, 0.981), rate)).toBe("undecided");
  expect(verdictOf({ low: -1, high: Math.log1p(-0.02) }, rate)).toBe("undecided");
  expect(verdictOf({ low: Math.log1p(0.02), high: 1 }, rate)).toBe("undecided");
  expect(verdictOf(undefined, rate)).toBe("undecided");
});

test("a mode that moved nothing is slower", () => {
  expect(verdictOf({ low: Number.NEGATIVE_INFINITY, high: Number.NEGATIVE_INFINITY }, rate)).toBe("slower");
});

test("a narrower interval never turns a verdict into another one", () => {
  const limit = fc.double({ noNaN: true, min: -1, max: 1 });
  fc.assert(
    fc.property(limit, limit, fc.double({ noNaN: true, min: 0, max: 1 }), (one, other, part) => {
      const wide = { low: Math.min(one, other), high: Math.max(one, other) };
      const middle = (wide.low + wide.high) / 2;
      const narrow = { low: middle + part * (wide.low - middle), high: middle + part * (wide.high - middle) };
      const verdict = verdictOf(wide, rate);
      if (verdict !== "undecided") expect(verdictOf(narrow, rate)).toBe(verdict);
    }),
  );
});
