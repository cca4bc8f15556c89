import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CensoredValue, estimateOfCensored } from "./censored-median.js";
import { estimateOf } from "./median-interval.js";

const exactly = (value: number): CensoredValue => ({ low: value, high: value });
const atLeast = (low: number): CensoredValue => ({ low, high: Number.POSITIVE_INFINITY });
const atMost = (high: number): CensoredValue => ({ low: Number.NEGATIVE_INFINITY, high });

describe("a median of values that are known from one side only", () => {
  test("is exact while they lie beyond it, and so is the limit of its interval on the other side", () => {
    const values = [0.91, 0.92, 0.94].map(exactly);
    expect(estimateOfCensored([...values, atLeast(1.02), atLeast(1.03)], 0.95)).toEqual({
      centre: exactly(0.94),
      interval: { low: 0.91, high: Number.POSITIVE_INFINITY, confidence: 0.95, method: "order-statistic" },
      n: 5,
    });
    expect(estimateOfCensored([...values, atMost(0.5), atMost(0.6)], 0.95)).toMatchObject({
      centre: exactly(0.91),
      interval: { low: Number.NEGATIVE_INFINITY, high: 0.94 },
    });
  });

  test("is a limit itself once half of them are", () => {
    expect(estimateOfCensored([exactly(1), atLeast(2), atLeast(3)], 0.95)).toEqual({ centre: atLeast(2), interval: undefined, n: 3 });
    expect(estimateOfCensored([exactly(1), exactly(2), atLeast(3), atLeast(4)], 0.95)?.centre).toEqual(atLeast(2.5));
  });

  test("has an interval where smallest to largest holds it in 95 %: from 5 with one limit, from 6 with two", () => {
    // A lower limit that is low enough says nothing of the order: both ends are known.
    const withBoth = (n: number) => [{ low: -1, high: 0.5 }, ...Array.from({ length: n - 1 }, (_, index) => exactly(index))];
    const withOne = (n: number) => [atLeast(0), ...Array.from({ length: n - 1 }, (_, index) => exactly(index))];
    expect([4, 5, 6].map((n) => estimateOfCensored(withBoth(n), 0.95)?.interval !== undefined)).toEqual([false, false, true]);
    expect([3, 4, 5].map((n) => estimateOfCensored(withOne(n), 0.95)?.interval !== undefined)).toEqual([false, false, true]);
  });

  test("has the limits of the order statistics from nine values on, the upper one absent where it falls on a lower limit", () => {
    const values = Array.from({ length: 20 }, (_, index) => ((index * 7) % 20) / 10);
    const whole = estimateOf(values, 0.95)?.interval;
    const cut = (from: number) =>
      estimateOfCensored(
        values.map((value) => (value >= from ? atLeast(value) : exactly(value))),
        0.95,
      )?.interval;
    expect(whole).toMatchObject({ low: 0.5, high: 1.4 });
    expect(cut(1.5)).toEqual(whole);
    expect(cut(1.4)).toEqual({ ...whole, high: Number.POSITIVE_INFINITY });
  });
});

test("of measured values alone it is the plain estimate, by whichever method", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { maxLength: 30 }), (values) => {
      const plain = estimateOf(values, 0.95);
      const bounded = estimateOfCensored(values.map(exactly), 0.95);
      expect(bounded).toEqual(plain && { ...plain, centre: exactly(plain.centre) });
    }),
  );
});

test("whatever the unknown values are, median and limits of the whole sample lie within what it says", () => {
  const value = fc.record({
    true: fc.double({ min: -5, max: 5, noNaN: true }),
    slack: fc.double({ min: 0, max: 3, noNaN: true }),
    side: fc.constantFrom("low", "high", "none"),
  });
  fc.assert(
    fc.property(fc.array(value, { minLength: 9, maxLength: 40 }), (sample) => {
      const bounds = sample.map(({ true: truth, slack, side }) =>
        side === "low" ? atLeast(truth - slack) : side === "high" ? atMost(truth + slack) : exactly(truth),
      );
      const estimate = estimateOfCensored(bounds, 0.95);
      const whole = [...sample.map(({ true: truth }) => truth)].sort((one, other) => one - other);
      const middle = ((whole[Math.floor((whole.length - 1) / 2)] ?? 0) + (whole[Math.ceil((whole.length - 1) / 2)] ?? 0)) / 2;
      expect(estimate?.centre.low).toBeLessThanOrEqual(middle + 1e-12);
      expect(estimate?.centre.high).toBeGreaterThanOrEqual(middle - 1e-12);
      expect(estimate?.interval?.low).toBeLessThanOrEqual(middle);
      expect(estimate?.interval?.high).toBeGreaterThanOrEqual(middle);
    }),
  );
});

test("there is none of no values", () => {
  expect(estimateOfCensored([], 0.95)).toBeUndefined();
});
