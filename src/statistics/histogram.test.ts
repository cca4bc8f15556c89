import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binOf, histogramOf, mergeHistograms } from "./histogram.js";
import { countOf } from "./kaplan-meier.js";

const times = fc.double({ noNaN: true, min: 1e-3, max: 1e6 });
const samples = fc.array(times, { minLength: 1, maxLength: 200 });

describe("histogramOf", () => {
  test("rounds to three significant digits, in ascending order", () => {
    expect(histogramOf([12.345, 12.34, 0.98765, 1000.4])).toEqual([
      [0.988, 1],
      [12.3, 2],
      [1000, 1],
    ]);
  });

  test("keeps every value, within half a percent", () => {
    fc.assert(
      fc.property(samples, (values) => {
        const histogram = histogramOf(values);
        expect(countOf({ completed: histogram })).toBe(values.length);
        const expanded = histogram.flatMap(([value, count]) => new Array<number>(count).fill(value));
        const ascending = [...values].sort((one, other) => one - other);
        for (const [index, value] of ascending.entries()) expect(Math.abs((expanded[index] ?? 0) / value - 1)).toBeLessThan(0.00501);
      }),
    );
  });

  test("refuses what is no time", () => {
    expect(() => histogramOf([-1])).toThrow(new RangeError("a histogram holds finite values from 0 up, not -1"));
    expect(() => histogramOf([Number.POSITIVE_INFINITY])).toThrow(RangeError);
    expect(histogramOf([0, 0])).toEqual([[0, 2]]);
  });
});

test("merging is the histogram of all values together", () => {
  fc.assert(
    fc.property(samples, samples, (some, others) => {
      expect(mergeHistograms([histogramOf(some), histogramOf(others)])).toEqual(histogramOf([...some, ...others]));
    }),
  );
  expect(mergeHistograms([])).toEqual([]);
});

describe("binOf", () => {
  test("the bins of neighbouring values touch, also at a power of ten", () => {
    expect(binOf(9.99).high).toBeCloseTo(binOf(10).low, 12);
    expect(binOf(10).high).toBeCloseTo(binOf(10.1).low, 12);
    expect(binOf(999).high).toBeCloseTo(binOf(1000).low, 9);
  });

  test("the bin of zero is a point", () => {
    expect(binOf(0)).toEqual({ low: 0, high: 0 });
  });
});
