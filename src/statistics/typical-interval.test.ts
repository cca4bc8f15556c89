import { describe, expect, test } from "vitest";
import { halfWidth } from "./interval.js";
import { sampleOf, sorted } from "./sample.js";
import { typicalInterval } from "./typical-interval.js";

function intervalOf(values: readonly number[], confidence = 0.95) {
  const sample = sampleOf(values);
  return sample === undefined ? undefined : typicalInterval(sample, sorted(sample), confidence);
}

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
