import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomFrom, shuffled } from "./random.js";

const seeds = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });

describe("randomFrom", () => {
  test("is sfc32 started by splitmix32, by a translation of both to Python", () => {
    const random = randomFrom(1);
    const drawn = Array.from({ length: 6 }, () => random.next() * 2 ** 32);
    expect(drawn).toEqual([2420951833, 2513034076, 3847892949, 4064752930, 1169703512, 1317941441]);
  });

  test("the same seed gives the same numbers, a neighbouring seed others", () => {
    const take = (seed: number) => {
      const random = randomFrom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
    expect(take(7)).not.toEqual(take(7 + 2 ** 32));
  });

  test("integers stay below their bound", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 1e6 }), (seed, bound) => {
        const drawn = randomFrom(seed).integer(bound);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn < bound).toBe(true);
      }),
    );
  });

  test("every value of a die comes up equally often (chi-squared below its 0.1 % point)", () => {
    const random = randomFrom(1);
    const seen = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 60_000; draw += 1) {
      const face = random.integer(6);
      seen[face] = (seen[face] ?? 0) + 1;
    }
    expect(seen.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)).toBeLessThan(20.5);
  });
});

describe("shuffled", () => {
  test("keeps every item and leaves its argument alone", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.integer()), (seed, items) => {
        const before = [...items];
        expect(shuffled(items, randomFrom(seed)).sort()).toEqual([...items].sort());
        expect(items).toEqual(before);
      }),
    );
  });

  test("every order of three comes up equally often", () => {
    const random = randomFrom(2);
    const seen = new Map<string, number>();
    for (let draw = 0; draw < 12_000; draw += 1) {
      const order = shuffled(["a", "b", "c"], random).join("");
      seen.set(order, (seen.get(order) ?? 0) + 1);
    }
    expect(seen.size).toBe(6);
    for (const count of seen.values()) expect(Math.abs(count - 2000)).toBeLessThan(200);
  });
});
