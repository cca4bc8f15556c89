import fc from "fast-check";
import { expect, test } from "vitest";
import { sumOfDependent, sumOfIndependent } from "./combine-intervals.js";

const number = fc.double({ noNaN: true, min: -5, max: 5 });
const width = fc.double({ noNaN: true, min: 0, max: 2 });
const term = fc
  .record({ estimate: number, below: width, above: width, weight: number })
  .map(({ estimate, below, above, weight }) => ({ estimate, low: estimate - below, high: estimate + above, weight }));

test("independent errors add in squares, each on its own side", () => {
  const sum = sumOfIndependent([
    { estimate: 1, low: 1 - 3, high: 1 + 6, weight: 1 },
    { estimate: 2, low: 2 - 8, high: 2 + 4, weight: -1 },
  ]);
  expect(sum.estimate).toBe(-1);
  expect(sum.low).toBeCloseTo(-1 - 5, 12);
  expect(sum.high).toBeCloseTo(-1 + 10, 12);
});

test("dependent errors are never taken for smaller than independent ones", () => {
  fc.assert(
    fc.property(fc.array(term, { minLength: 1, maxLength: 6 }), (terms) => {
      const independent = sumOfIndependent(terms);
      const dependent = sumOfDependent(terms);
      expect(dependent.low).toBeLessThanOrEqual(independent.low + 1e-9);
      expect(dependent.high).toBeGreaterThanOrEqual(independent.high - 1e-9);
      expect(independent.low).toBeLessThanOrEqual(independent.estimate + 1e-9);
    }),
  );
});
