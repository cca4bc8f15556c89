import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Better, commonAxes, ownAxis } from "./strip-axis.js";

const ratio = fc.double({ min: 1e-4, max: 1e4, noNaN: true });
const better = fc.constantFrom<Better>("higher", "lower");

describe("the axes of a matrix", () => {
  test("as good lies at one place in all columns: half the rate where double the time does", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ median: ratio, better })), ratio, (values, one) => {
        const axisFor = commonAxes(values);
        expect(axisFor("higher").place(one)).toBeCloseTo(axisFor("lower").place(1 / one), 9);
        expect(axisFor("higher").place(1)).toBe(axisFor("lower").place(1));
      }),
    );
  });

  test("worse lies left of the host and better right of it, and nothing leaves the axis", () => {
    fc.assert(
      fc.property(fc.array(fc.record({ median: ratio, better })), better, ratio, ratio, (values, which, one, other) => {
        const axis = commonAxes(values)(which);
        const [worse, best] =
          which === "higher" ? [Math.min(one, other), Math.max(one, other)] : [Math.max(one, other), Math.min(one, other)];
        expect(axis.place(worse)).toBeLessThanOrEqual(axis.place(best));
        expect(axis.place(1)).toBeGreaterThan(0);
        expect(axis.place(1)).toBeLessThan(1);
        for (const place of [axis.place(one), axis.place(other)]) {
          expect(place).toBeGreaterThanOrEqual(0);
          expect(place).toBeLessThanOrEqual(1);
        }
        expect(axis.ticks).toContain(1);
      }),
    );
  });

  test("one mode far out is an arrow at the end and squeezes no other", () => {
    const values = [0.013, ...Array.from({ length: 30 }, (_, index) => 0.55 + index / 100)].map((median) => ({
      median,
      better: "higher" as const,
    }));
    const axis = commonAxes(values)("higher");
    expect(axis.ticks).toEqual([0.5, 1]);
    expect(axis.beyond(0.013)).toBe("left");
    expect(axis.beyond(0.55)).toBeUndefined();
  });

  test("labels stand where their ratios do", () => {
    const values = [0.9, 1, 1.2].map((median) => ({ median, better: "higher" as const }));
    expect(commonAxes(values)("higher").ticks).toContain(1.25);
    for (const tick of commonAxes(values)("lower").ticks)
      expect(commonAxes(values)("lower").place(tick)).toBeCloseTo(commonAxes(values)("higher").place(1 / tick), 2);
  });

  test("many that are slow make the axis longer", () => {
    const values = [0.05, 0.06, 0.2, 0.9, 1].map((median) => ({ median, better: "higher" as const }));
    expect(commonAxes(values)("higher").ticks).toEqual([0.05, 0.2, 1]);
    expect(commonAxes(values)("lower").ticks).toEqual([20, 5, 1]);
  });
});

describe("the axis of one metric", () => {
  const extents = [
    { low: 0.4, high: 0.6 },
    { low: 0.9, high: 1.3 },
  ];
  test("runs backwards where lower is better, so that left is worse", () => {
    const [rates, times] = [ownAxis(extents, 0.05, "higher"), ownAxis(extents, 0.05, "lower")];
    expect(rates.place(0.5)).toBeLessThan(rates.place(1));
    expect(times.place(0.5)).toBeGreaterThan(times.place(1));
    expect(times.place(0.5)).toBeCloseTo(1 - rates.place(0.5), 9);
    expect([rates.beyond(0.01), times.beyond(0.01)]).toEqual(["left", "right"]);
    expect([rates.beyond(50), times.beyond(50)]).toEqual(["right", "left"]);
  });
  test("has its margin around the host", () => {
    expect(ownAxis(extents, 0.05, "higher").margin).toEqual({ low: 0.95, high: 1.05 });
  });
});
