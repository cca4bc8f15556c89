import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { UNITS } from "../../../units/quantity.js";
import { displayWidth } from "../text.js";
import { cellText, figureForms, type GridCell, LEAST_ROOM, styleFor } from "./cell.js";
import { signsFor } from "./signs.js";

const UTF8 = signsFor(true);
const ASCII = signsFor(false);

/** A cell that is worse than the host, in so many columns. */
function slower(ratio: number, distance: number | undefined, room: number, signs = UTF8): string {
  const cell: GridCell = { kind: "ratio", ratio, distance, sign: signs.verdicts.slower, role: "slower" };
  return cellText(cell, styleFor(room, signs), room, signs);
}

describe("a ratio", () => {
  test("is as exact as its room allows: with percent, without the sign, without the zero, without the interval", () => {
    expect([10, 8, 7, 5].map((room) => slower(0.41, 13, room))).toEqual(["0.41±13%▼", "0.41±13▼", ".41±13▼", "0.41▼"]);
    expect([10, 9, 8, 5].map((room) => slower(0.41, 13, room, ASCII))).toEqual(["0.41+-13%v", "0.41+-13v", ".41+-13v", "0.41v"]);
  });

  test("keeps a wide interval, in multiples of the ratio where percents do not fit", () => {
    expect(slower(0.41, 113, 10)).toBe("0.41±113%▼");
    expect(slower(0.41, 113, 10, ASCII)).toBe(".41+-113%v");
    expect(slower(0.41, 113, 8, ASCII)).toBe(".41+-2xv");
    expect(slower(1.41, 250, 8, ASCII)).toBe("1.4+-3xv");
    expect(slower(0.41, 5000, 9)).toBe("0.41±>9x▼");
    expect(slower(0.41, 5000, 9, ASCII)).toBe(".41+->9xv");
    expect(slower(0.41, 5000, 8, ASCII)).toBe("0.41v");
    expect(slower(0.41, Number.POSITIVE_INFINITY, 10)).toBe("0.41±?▼");
  });

  test("keeps its size where it is small, whatever its interval", () => {
    expect(slower(0.0117, 30, 10)).toBe("0.012±30%▼");
    expect(slower(0.0149, 12, 8)).toBe(".015±12▼");
    expect(slower(0.004, 30, 10)).toBe(".0040±30%▼");
    expect(slower(0.0004, 3, 10)).toBe(".00040±3%▼");
    expect([5, 6].map((room) => slower(0.037, 3, room))).toEqual([".037▼", "0.037▼"]);
  });

  test("gives up a digit before the exact interval", () => {
    expect(slower(1.04, 103, 8)).toBe("1.0±103▼");
    expect(slower(0.98, 123, 8)).toBe(".98±123▼");
  });

  test("has no distance where it has no interval", () => {
    expect(slower(0.41, undefined, 10)).toBe("0.41▼");
  });

  test("shows that it is a limit", () => {
    const cell = { kind: "ratio", ratio: 2.5, distance: undefined, limit: "at-least", sign: "?", role: "undecided" } as const;
    expect(cellText(cell, styleFor(10, UTF8), 10, UTF8)).toBe("≥2.50?");
    expect(cellText(cell, styleFor(10, ASCII), 10, ASCII)).toBe(">=2.50?");
  });

  test("of usual size keeps its interval and two digits wherever a table of seven questions stands on 80 columns", () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 99, noNaN: true }), fc.integer({ min: 0, max: 899 }), (ratio, distance) => {
        for (const signs of [UTF8, ASCII]) {
          const text = slower(ratio, distance, 8, signs);
          expect(text).toContain(signs.plusMinus);
          expect(text.split(signs.plusMinus)[0]?.replace(/^0?\.|\D/g, "").length).toBeGreaterThanOrEqual(ratio < 0.095 ? 1 : 2);
        }
      }),
    );
  });

  test("never promises a nearer limit than there is", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 7, max: 13 }), (distance, room) => {
        const [, percent, multiple] = /±(?:(\d+)%?|(\d)x|\?)▼$/.exec(slower(0.41, distance, room)) ?? [];
        if (percent !== undefined) expect(Number(percent)).toBe(distance);
        if (multiple !== undefined) expect(Number(multiple) * 100).toBeGreaterThanOrEqual(distance);
      }),
    );
  });

  test("is never wider than its room, whatever it is", () => {
    const distance = fc.option(fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY)), { nil: undefined });
    fc.assert(
      fc.property(fc.double(), distance, fc.integer({ min: LEAST_ROOM, max: 13 }), (ratio, far, room) => {
        for (const signs of [UTF8, ASCII]) {
          const text = slower(ratio, far, room, signs);
          expect(text).not.toBe("");
          expect(displayWidth(text)).toBeLessThanOrEqual(room);
        }
      }),
    );
  });
});

describe("an absolute figure", () => {
  test("has its unit, or what room leaves of it", () => {
    expect(figureForms({ median: 21.4e9, unit: "bit/s", atLeast: false }, UTF8)).toEqual([
      "21.4 Gbit/s",
      "21.4Gbit/s",
      "21.4G",
      "21G",
      "21.4",
      "21",
      "-",
    ]);
    expect(figureForms({ median: 1.31e6, unit: "frame/s", atLeast: true }, ASCII)[0]).toBe(">=1.31 Mpkt/s");
  });

  test("of a CPU cost is the time of one request", () => {
    expect(figureForms({ median: 0.1, unit: "CPU s/thousand requests", atLeast: false }, UTF8)[0]).toBe("100 us");
  });

  test("fits the least room in some form, whatever it is", () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...UNITS), (median, unit) => {
        const forms = figureForms({ median, unit, atLeast: false }, UTF8);
        expect(forms.some((form) => displayWidth(form) <= LEAST_ROOM)).toBe(true);
      }),
    );
  });
});
