import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ratioScale } from "./ratio-scale.js";

const at = (...ratios: number[]): { low: number; high: number }[] => ratios.map((ratio) => ({ low: ratio, high: ratio }));

test("half and double lie equally far from the host", () => {
  const scale = ratioScale(at(0.5, 2), 0.05);
  expect(scale.place(1) - scale.place(0.5)).toBeCloseTo(scale.place(2) - scale.place(1), 10);
});

test("the margin band is always on the axis", () => {
  const scale = ratioScale(at(1, 1), 0.05);
  expect(scale.low).toBeLessThan(0.95);
  expect(scale.high).toBeGreaterThan(1.05);
});

describe("outliers", () => {
  test("one mode far out does not squeeze the others: it lies beyond the end", () => {
    const scale = ratioScale(at(0.95, 0.96, 0.98, 1, 0.46), 0.02);
    expect(scale.low).toBeGreaterThan(0.9);
    expect(scale.beyond(0.46)).toBe("low");
    expect(scale.beyond(0.95)).toBeUndefined();
    expect(scale.place(0.46)).toBe(0);
  });
  test("modes that are spread evenly all stay", () => {
    const scale = ratioScale(at(0.5, 0.6, 0.7, 0.8, 0.9, 1), 0.05);
    expect(scale.beyond(0.5)).toBeUndefined();
  });
  test("among three modes none is an outlier", () => {
    expect(ratioScale(at(1, 1, 0.1), 0.05).beyond(0.1)).toBeUndefined();
  });
});

test.each([
  [0.96, 1.01, [0.96, 0.97, 0.98, 0.99, 1, 1.01]],
  [0.25, 1, [0.3, 0.5, 0.7, 1]],
  [1, 12, [1, 2, 5, 10]],
  [0.02, 3, [0.03, 0.1, 0.3, 1, 3]],
])("an axis from %d to %d is labelled at plain numbers", (low, high, ticks) => {
  expect(ratioScale([{ low, high }], 0.001).ticks).toEqual(ticks);
});

test("any ratios give an axis with the host on it, places from 0 to 1 in their order, and few ticks", () => {
  const ratio = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ min: 0, max: 3, noNaN: true }));
  const extent = fc.tuple(ratio, ratio).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
  fc.assert(
    fc.property(
      fc.array(extent, { maxLength: 20 }),
      fc.double({ min: 0.001, max: 1, noNaN: true }),
      ratio,
      ratio,
      (extents, margin, a, b) => {
        const scale = ratioScale(extents, margin);
        expect(scale.place(1)).toBeGreaterThan(0);
        expect(scale.place(1)).toBeLessThan(1);
        const [first, second] = [scale.place(Math.min(a, b)), scale.place(Math.max(a, b))];
        expect(first).toBeGreaterThanOrEqual(0);
        expect(second).toBeLessThanOrEqual(1);
        expect(first).toBeLessThanOrEqual(second);
        expect(scale.ticks).toContain(1);
        expect(scale.ticks.length).toBeLessThanOrEqual(8);
      },
    ),
  );
});
