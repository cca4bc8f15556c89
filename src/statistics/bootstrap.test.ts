import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bootstrapInterval, resampling } from "./bootstrap.js";
import { randomFrom } from "./random.js";

describe("resampling", () => {
  test("draws n of n rounds each time, always the same for a seed", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat(), (n, seed) => {
        const { counts } = resampling(n, seed, 20);
        for (let row = 0; row < 20; row += 1) {
          expect(counts.subarray(row * n, (row + 1) * n).reduce((sum, count) => sum + count, 0)).toBe(n);
        }
        expect(resampling(n, seed, 20).counts).toEqual(counts);
      }),
    );
  });
});

describe("the interval", () => {
  const ramp = Float64Array.from({ length: 400 }, (_, index) => (index - 199.5) / 100);

  test("reaches from the 2.5 % point to the 97.5 % point for many rounds, and further for few", () => {
    const many = bootstrapInterval(0, ramp, 100_000, 0.95);
    expect(many?.low).toBeCloseTo(-1.905, 2);
    expect(many?.high).toBeCloseTo(1.905, 2);
    // sqrt(9 / 8) x 2.306 / 1.960
    expect((bootstrapInterval(0, ramp, 9, 0.95)?.high ?? 0) / (many?.high ?? 1)).toBeCloseTo(1.2479, 3);
  });

  test("comes from two rounds on, whatever the order of the resamples, which stay as they were", () => {
    const mixed = Float64Array.from({ length: 400 }, (_, index) => ((index * 37) % 400) / 100);
    const given = mixed.slice();
    const interval = bootstrapInterval(2, mixed, 2, 0.95);
    expect(interval).toEqual(bootstrapInterval(2, mixed.slice().sort(), 2, 0.95));
    expect(interval?.method).toBe("bootstrap");
    expect(mixed).toEqual(given);
  });

  test("does not exist where a resample has no value", () => {
    expect(bootstrapInterval(0, new Float64Array(), 9, 0.95)).toBeUndefined();
    expect(bootstrapInterval(Number.NEGATIVE_INFINITY, ramp, 9, 0.95)).toBeUndefined();
    expect(bootstrapInterval(0, Float64Array.of(0, 1, Number.NaN), 9, 0.95)).toBeUndefined();
    expect(bootstrapInterval(0, Float64Array.of(0, 1, Number.NEGATIVE_INFINITY), 9, 0.95)).toBeUndefined();
    expect(bootstrapInterval(0, ramp, 1, 0.95)).toBeUndefined();
  });

  test("holds a ratio of sums of 12 rounds in about 95 of 100 runs", () => {
    const random = randomFrom(11);
    const noise = () => random.next() + random.next() + random.next() - 1.5;
    let held = 0;
    for (let run = 0; run < 600; run += 1) {
      const above = Array.from({ length: 12 }, () => Math.exp(0.3 * noise()));
      const below = Array.from({ length: 12 }, () => Math.exp(0.3 * noise()));
      const { counts } = resampling(12, run);
      const ratio = (offset?: number) => {
        const sum = (side: number[]) =>
          side.reduce((total, value, index) => total + value * (offset === undefined ? 1 : (counts[offset + index] ?? 0)), 0);
        return Math.log(sum(above) / sum(below));
      };
      const interval = bootstrapInterval(
        ratio(),
        Float64Array.from({ length: 400 }, (_, row) => ratio(row * 12)),
        12,
        0.95,
      );
      if (interval !== undefined && interval.low <= 0 && interval.high >= 0) held += 1;
    }
    expect(held / 600).toBeGreaterThan(0.92);
    expect(held / 600).toBeLessThan(0.98);
  });
});
