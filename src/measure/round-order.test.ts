import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { roundOrder } from "./round-order.js";

/** A tiny generator of integers; its quality does not matter here. */
function integers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2 ** 31;
    return Math.floor((state / 2 ** 31) * below);
  };
}

describe("roundOrder", () => {
  test("visits every path once and the host ceil(sqrt(paths)) times", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1 }), { maxLength: 40 }), fc.nat(), (paths, seed) => {
        const order = roundOrder(0, paths, integers(seed));
        expect(order.filter((path) => path === 0)).toHaveLength(Math.max(1, Math.ceil(Math.sqrt(paths.length))));
        expect(order.filter((path) => path !== 0).sort()).toEqual([...paths].sort());
      }),
    );
  });

  test("spreads the host: each of its visits has its own stretch of the round", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const paths = Array.from({ length: 16 }, (_, index) => index + 1);
        const order = roundOrder(0, paths, integers(seed));
        const at = order.flatMap((path, index) => (path === 0 ? [index] : []));
        at.forEach((index, visit) => {
          expect(index).toBeGreaterThanOrEqual(visit * 5);
          expect(index).toBeLessThan((visit + 1) * 5);
        });
      }),
    );
  });

  test("changes with the random numbers", () => {
    const paths = Array.from({ length: 12 }, (_, index) => index + 1);
    expect(roundOrder(0, paths, integers(1))).not.toEqual(roundOrder(0, paths, integers(2)));
  });
});
