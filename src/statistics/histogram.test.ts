import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { binOf, countOf, histogramOf, mergeHistograms, percentileOf } from "./histogram.js";

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
        expect(countOf(histogram)).toBe(values.length);
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

describe("percentileOf", () => {
  test("is the sorted sample's percentile to within a bin", () => {
    fc.assert(
      fc.property(samples, fc.double({ min: 0.01, max: 0.999, noNaN: true }), (values, p) => {
        const histogram = histogramOf(values);
        const rounded = histogram.flatMap(([value, count]) => new Array<number>(count).fill(value));
        const naive = rounded[Math.ceil(p * rounded.length - 1e-9) - 1] ?? 0;
        const { low, high } = binOf(naive);
        const found = percentileOf(histogram, p) ?? 0;
        expect(found).toBeGreaterThanOrEqual(low * (1 - 1e-12));
        expect(found).toBeLessThanOrEqual(high * (1 + 1e-12));
      }),
    );
  });

  test("rises with p, and is undefined for nothing", () => {
    fc.assert(
      fc.property(samples, (values) => {
        const histogram = histogramOf(values);
        const levels = [0.1, 0.5, 0.9, 0.99].map((p) => percentileOf(histogram, p) ?? 0);
        expect([...levels].sort((one, other) => one - other)).toEqual(levels);
      }),
    );
    expect(percentileOf([], 0.5)).toBeUndefined();
    expect(percentileOf([[5, 0]], 0.5)).toBeUndefined();
  });

  test("the bins of neighbouring values touch, also at a power of ten", () => {
    expect(binOf(9.99).high).toBeCloseTo(binOf(10).low, 12);
    expect(binOf(10).high).toBeCloseTo(binOf(10.1).low, 12);
    expect(binOf(999).high).toBeCloseTo(binOf(1000).low, 9);
  });

  test("the bin of zero is a point", () => {
    expect(binOf(0)).toEqual({ low: 0, high: 0 });
  });

  test("values spread evenly inside a bin: the middle of one bin is its value", () => {
    expect(percentileOf([[50.5, 1000]], 0.5)).toBeCloseTo(50.5, 9);
  });

  test("a share that ends with a bin is the end of that bin, not the beginning of the next", () => {
    const twoValues = [
      [1, 1],
      [5, 1],
    ] as const;
    expect(percentileOf(twoValues, 0.5)).toBeCloseTo(binOf(1).high, 12);
    expect(
      percentileOf(
        [
          [1, 1],
          [3, 0],
          [5, 1],
        ],
        0.75,
      ),
    ).toBeCloseTo(5, 12);
  });
});
