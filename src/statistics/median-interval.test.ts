import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { autocorrelationFactor, coverageOfRank, estimateOf, halfWidth, medianRank, orderStatisticInterval } from "./median-interval.js";
import { randomFrom } from "./random.js";
import { type Sample, sampleOf, sorted } from "./sample.js";

const sample = (numbers: readonly number[]): Sample => {
  const made = sampleOf(numbers);
  if (made === undefined) throw new Error("the test gave no numbers");
  return made;
};

/** P(B <= k), B binomial (n, 1/2), term by term. */
function binomialCumulative(n: number, k: number): number {
  let term = 0.5 ** n;
  let total = 0;
  for (let count = 0; count <= k; count += 1) {
    total += term;
    term *= (n - count) / (count + 1);
  }
  return total;
}

describe("the rank of the interval", () => {
  test("is that of the tables", () => {
    expect([6, 9, 10, 12, 15, 20, 30, 50, 100].map((n) => medianRank(n, 0.95))).toEqual([1, 2, 2, 3, 4, 6, 10, 18, 40]);
    expect(medianRank(9, 0.982)).toBe(1);
    expect(medianRank(5, 0.95)).toBe(0);
  });

  test("is the largest one that the binomial distribution allows", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.constantFrom(0.6, 0.9, 0.95, 0.982, 0.999), (n, confidence) => {
        let naive = 0;
        while (naive + 1 <= n / 2 && 1 - 2 * binomialCumulative(n, naive) >= confidence) naive += 1;
        expect(medianRank(n, confidence)).toBe(naive);
      }),
    );
  });

  test("has the coverage that was asked also for long runs", () => {
    for (const n of [5000, 100_000]) {
      const rank = medianRank(n, 0.95);
      expect(coverageOfRank(n, rank)).toBeGreaterThanOrEqual(0.95);
      expect(coverageOfRank(n, rank + 1)).toBeLessThan(0.95);
    }
  });
});

describe("the interval", () => {
  const finite = fc.array(fc.double({ noNaN: true, min: -10, max: 10 }), { minLength: 9, maxLength: 80 });

  test("has values of the sample as limits, the median inside, and grows with confidence", () => {
    fc.assert(
      fc.property(finite, (values) => {
        const ascending = sorted(sample(values));
        const narrow = orderStatisticInterval(sample(values), ascending, 0.95);
        const wide = orderStatisticInterval(sample(values), ascending, 0.982);
        const middle = ((ascending[Math.floor((values.length - 1) / 2)] ?? 0) + (ascending[Math.ceil((values.length - 1) / 2)] ?? 0)) / 2;
        expect(values).toContain(narrow.low);
        expect(narrow.low).toBeLessThanOrEqual(middle);
        expect(narrow.high).toBeGreaterThanOrEqual(middle);
        expect(wide.low).toBeLessThanOrEqual(narrow.low);
        expect(wide.high).toBeGreaterThanOrEqual(narrow.high);
      }),
    );
  });

  test("of alternating values is the plain binomial one, of a drifting run wider", () => {
    const values = Array.from({ length: 40 }, (_, index) => index);
    const alternating = values.map((index) => (index % 2 === 0 ? index / 2 : 39 - (index - 1) / 2));
    const drifting = orderStatisticInterval(sample(values), sorted(sample(values)), 0.95);
    const mixed = orderStatisticInterval(sample(alternating), sorted(sample(alternating)), 0.95);
    expect([mixed.low, mixed.high]).toEqual([medianRank(40, 0.95) - 1, 40 - medianRank(40, 0.95)]);
    expect(drifting.high - drifting.low).toBeGreaterThan(mixed.high - mixed.low);
  });

  test("grows by the factor of the autocorrelation around the middle rank", () => {
    // Blocks of four on each side of the median: factor sqrt(1 + 2 (41 + 2) / 80) = 1.44, rank 40.5 - 1.44 (40.5 - 31) = 26.8.
    const values = sample(Array.from({ length: 80 }, (_, index) => (index % 8 < 4 ? 0 : 40) + 4 * Math.floor(index / 8) + (index % 4)));
    expect(medianRank(80, 0.95)).toBe(31);
    expect(orderStatisticInterval(values, sorted(values), 0.95)).toMatchObject({ low: 25, high: 54 });
  });

  test("rounds its ranks outwards", () => {
    // Two blocks of ten: factor sqrt(1 + 2 (0.85 + 0.7)) = 2.02, rank 10.5 - 2.02 (10.5 - 6) = 1.4.
    const values = sample(Array.from({ length: 20 }, (_, index) => index));
    expect(orderStatisticInterval(values, sorted(values), 0.95)).toMatchObject({ low: 0, high: 19 });
  });

  test("holds the median of skewed noise as often as it says", () => {
    const random = randomFrom(3);
    let held = 0;
    for (let experiment = 0; experiment < 2000; experiment += 1) {
      const values = sample(Array.from({ length: 21 }, () => -Math.log(1 - random.next())));
      const { low, high } = orderStatisticInterval(values, sorted(values), 0.95);
      if (low <= Math.LN2 && Math.LN2 <= high) held += 1;
    }
    expect(held / 2000).toBeGreaterThan(0.945);
  });
});

describe("the autocorrelation factor", () => {
  const factor = (values: readonly number[]) => autocorrelationFactor(sample(values), sorted(sample(values)));

  test("is 1 for alternating and for constant values", () => {
    expect(factor([1, -1, 1, -1, 1, -1, 1, -1])).toBe(1);
    expect(factor([5, 5, 5])).toBe(1);
  });

  test("of two blocks is sqrt(1 + 2 (r1 + r2))", () => {
    // Signs ----++++: r1 = (3 + 3 - 1) / 8, r2 = (2 + 2 - 2) / 8.
    expect(factor([1, 2, 3, 4, 5, 6, 7, 8])).toBeCloseTo(Math.sqrt(1 + 2 * (5 / 8 + 2 / 8)), 12);
  });
});

const intervalOf = (values: readonly number[], confidence = 0.95) => estimateOf(values, confidence)?.interval;

describe("the method follows the number of rounds", () => {
  const ramp = (n: number) => Array.from({ length: n }, (_, index) => (index * 7) % n);

  test("none below 3, t from 3 to 8, order statistics from 9", () => {
    expect(intervalOf(ramp(2))).toBeUndefined();
    expect(intervalOf(ramp(3))?.method).toBe("t-small-n");
    expect(intervalOf(ramp(8))?.method).toBe("t-small-n");
    expect(intervalOf(ramp(9))?.method).toBe("order-statistic");
  });
});

describe("t on log ratios", () => {
  test("a known interval (R: t.test(c(1, 2, 3, 4)))", () => {
    const interval = intervalOf([4, 1, 3, 2]);
    expect(interval?.low).toBeCloseTo(0.4457397, 6);
    expect(interval?.high).toBeCloseTo(4.5542603, 6);
  });

  test("always holds the median that is shown", () => {
    const interval = intervalOf([0, 0, 0, 0, 0, 0, 0, 100]);
    expect(interval?.low).toBeLessThanOrEqual(0);
  });

  test("rounds in which nothing moved: the extremes from 6 rounds on, nothing below", () => {
    const zero = Number.NEGATIVE_INFINITY;
    expect(intervalOf([zero, 0, 0.1])).toBeUndefined();
    expect(intervalOf([zero, 0, 0.1, 0.2, 0.3, 0.4])).toMatchObject({ low: zero, high: 0.4, method: "t-small-n" });
  });
});

test("a path that never moved anything has a point as interval, not NaN", () => {
  const interval = intervalOf(new Array<number>(12).fill(Number.NEGATIVE_INFINITY));
  expect(interval === undefined ? undefined : halfWidth(interval)).toBe(0);
});
