import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { groupedOrder, roundOrder } from "./round-order.js";

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

describe("groupedOrder", () => {
  const two = (one: number, other: number) => [
    { baseline: "a", subjects: Array.from({ length: one }, (_, index) => `a${String(index)}`) },
    { baseline: "b", subjects: Array.from({ length: other }, (_, index) => `b${String(index)}`) },
  ];

  test("visits each path once and each baseline ceil(sqrt(its paths)) times", () => {
    fc.assert(
      fc.property(fc.nat(12), fc.nat(12), fc.nat(), (one, other, seed) => {
        const order = groupedOrder(two(one, other), integers(seed));
        const visits = (name: string): number => order.filter((item) => item === name).length;
        expect(visits("a")).toBe(Math.max(1, Math.ceil(Math.sqrt(one))));
        expect(visits("b")).toBe(Math.max(1, Math.ceil(Math.sqrt(other))));
        expect(new Set(order).size).toBe(2 + one + other);
      }),
    );
  });

  test("of one group is its round order, draw by draw", () => {
    const [group] = two(7, 0);
    expect(groupedOrder(group === undefined ? [] : [group], integers(4))).toEqual(roundOrder("a", group?.subjects ?? [], integers(4)));
  });

  test("puts no group before the other, over many rounds", () => {
    const random = integers(9);
    const firsts = Array.from({ length: 400 }, () => groupedOrder(two(3, 3), random)[0]?.startsWith("a"));
    const share = firsts.filter((first) => first === true).length / firsts.length;
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  test("without a baseline the paths stand alone", () => {
    expect(groupedOrder([{ baseline: undefined, subjects: ["x", "y"] }], integers(1)).sort()).toEqual(["x", "y"]);
  });
});
