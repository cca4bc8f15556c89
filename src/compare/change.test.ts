import fc from "fast-check";
import { expect, test } from "vitest";
import type { HostRatio } from "../model/run-comparison.js";
import { ratioOfRatios } from "./change.js";

const side = (median: number, low: number | null, high: number | null): HostRatio => ({
  median,
  low,
  high,
  margin: 0.05,
  n: 20,
  method: low === null ? "none" : "order-statistic",
});

const anySide = fc
  .record({
    median: fc.double({ min: 0.01, max: 50, noNaN: true }),
    below: fc.double({ min: 0.5, max: 1, noNaN: true }),
    above: fc.double({ min: 1, max: 2, noNaN: true }),
  })
  .map(({ median, below, above }) => side(median, median * below, median * above));

test("distances to the limits add in squares on the log scale", () => {
  const a = side(0.5, 0.5 * Math.exp(-0.03), 0.5 * Math.exp(0.08));
  const b = side(0.45, 0.45 * Math.exp(-0.06), 0.45 * Math.exp(0.04));
  const change = ratioOfRatios(a, b);
  expect(change?.median).toBeCloseTo(0.9, 12);
  expect(Math.log(change?.low ?? 0)).toBeCloseTo(Math.log(0.9) - 0.1, 12);
  expect(Math.log(change?.high ?? 0)).toBeCloseTo(Math.log(0.9) + 0.05, 12);
});

test("a run held against itself has the ratio 1, within an interval wider than its own", () => {
  fc.assert(
    fc.property(anySide, (own) => {
      const change = ratioOfRatios(own, own);
      expect(change?.median).toBe(1);
      const width = Math.log(change?.high ?? 1) - Math.log(change?.low ?? 1);
      expect(width).toBeGreaterThanOrEqual(Math.log(own.high ?? 1) - Math.log(own.low ?? 1) - 1e-9);
      expect(change?.low).toBeLessThanOrEqual(1 + 1e-12);
      expect(change?.high).toBeGreaterThanOrEqual(1 - 1e-12);
    }),
  );
});

test("with the sides swapped it is the inverse", () => {
  fc.assert(
    fc.property(anySide, anySide, (a, b) => {
      const change = ratioOfRatios(a, b);
      const inverse = ratioOfRatios(b, a);
      expect((change?.median ?? 0) * (inverse?.median ?? 0)).toBeCloseTo(1, 9);
      expect((change?.low ?? 0) * (inverse?.high ?? 0)).toBeCloseTo(1, 9);
    }),
  );
});

test("without an interval on one side there is none for both", () => {
  expect(ratioOfRatios(side(0.5, null, null), side(0.4, 0.3, 0.5))).toEqual({ median: 0.8, low: null, high: null });
  expect(ratioOfRatios(side(0.5, 0, 0.6), side(0.4, 0.3, 0.5))).toEqual({ median: 0.8, low: null, high: null });
});

test("where nothing moved there is no ratio", () => {
  expect(ratioOfRatios(side(0, 0, 0), side(0.4, 0.3, 0.5))).toBeUndefined();
  expect(ratioOfRatios(side(0.4, 0.3, 0.5), side(0, 0, 0))).toBeUndefined();
});
