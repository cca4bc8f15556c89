import { describe, expect, test } from "vitest";
import { sumOverStarts } from "./joint-sums.js";
import { randomFrom } from "./random.js";

const DIFFERENCE = [
  { column: 1, weight: 1 },
  { column: 0, weight: -1 },
];
/** Two paths that are 1.5 and 2 times the first, by start. */
const near = Array.from({ length: 10 }, (_, start) => [1.5 + 0.01 * (start % 3), 2 + 0.01 * (start % 4)]);
const whole = [1.51, 2.01];

describe("a sum over starts", () => {
  test("has the ratios' own sum in its middle", () => {
    const sum = sumOverStarts({ whole, starts: near }, DIFFERENCE, 0.95);
    expect(sum?.estimate).toBeCloseTo(0.5, 9);
    expect((sum?.low ?? 0) + (sum?.high ?? 0)).toBeCloseTo(1, 9);
  });

  test("is not thousands of points wide for one start of a hundred times the others", () => {
    const starts = near.map(([one = 0, other = 0], start) => [one, start === 4 ? 100 * other : other]);
    const { low, high } = sumOverStarts({ whole, starts }, DIFFERENCE, 0.95) ?? { low: -Infinity, high: Infinity };
    expect(high - low).toBeGreaterThan(1);
    expect(high - low).toBeLessThan(5);
  });

  test("holds the truth as often as it says where starts scatter widely", () => {
    const random = randomFrom(5);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const runs = 2_000;
    const held = Array.from({ length: runs }, () => {
      const starts = Array.from({ length: 10 }, () => [1.5, 2].map((truth) => truth * Math.exp(0.6 * normal())));
      const means = [0, 1].map((column) => Math.exp(starts.reduce((sum, one) => sum + Math.log(one[column] ?? 0), 0) / starts.length));
      const sum = sumOverStarts({ whole: means, starts }, DIFFERENCE, 0.95);
      return sum !== undefined && sum.low <= 0.5 && sum.high >= 0.5;
    });
    const share = held.filter(Boolean).length / runs;
    expect(share).toBeGreaterThan(0.94);
    expect(share).toBeLessThan(0.97);
  });

  test("of costs of which a start's is below nothing is finite", () => {
    const starts = near.map(([one = 0, other = 0], start) => [start === 0 ? -0.1 : one, other]);
    expect(sumOverStarts({ whole, starts }, DIFFERENCE, 0.95)?.high).toBeLessThan(10);
  });

  test("has no interval below five starts", () => {
    expect(sumOverStarts({ whole, starts: near.slice(0, 4) }, DIFFERENCE, 0.95)).toBeUndefined();
  });
});
