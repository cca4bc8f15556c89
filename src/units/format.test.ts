import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  formatClock,
  formatCount,
  formatDelivered,
  formatDuration,
  formatMoment,
  formatNumber,
  formatPercent,
  formatQuantity,
  formatQuantityShort,
  formatRatio,
  plainCount,
} from "./format.js";
import { UNITS } from "./quantity.js";

describe("quantities", () => {
  test.each([
    [933_000_000, "bit/s", "933 Mbit/s"],
    [999_600_000, "bit/s", "1.00 Gbit/s"],
    [21_340_000_000, "bit/s", "21.3 Gbit/s"],
    [0, "bit/s", "0 bit/s"],
    [1_234_000, "frame/s", "1.23 Mframe/s"],
    [41.23, "us", "41.2 us"],
    [1240, "us", "1.24 ms"],
    [0.5, "us", "0.500 us"],
    [12_345, "request/s", "12.3 thousand request/s"],
    [0.5121, "CPU s/GB", "0.512 CPU s/GB"],
  ] as const)("%d %s is %s", (value, unit, text) => {
    expect(formatQuantity(value, unit)).toBe(text);
  });

  test("narrow columns abbreviate the unit only", () => {
    expect(formatQuantityShort(12_345, "request/s")).toBe("12.3 kreq/s");
    expect(formatQuantityShort(0.5, "CPU s/million frames")).toBe("0.500 CPU s/Mframe");
  });

  test("what is shown is within half a percent of the number", () => {
    const factors: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12, thousand: 1e3, million: 1e6, ms: 1e3, s: 1e6 };
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e12, noNaN: true }), fc.constantFrom(...UNITS), (value, unit) => {
        const [number = "", word = "", ...rest] = formatQuantity(value, unit).split(" ");
        const factor =
          word === unit || word === "CPU" ? 1 : (factors[word] ?? (rest.length === 0 ? factors[word.charAt(0)] : undefined) ?? 1);
        expect(Math.abs((Number(number) * factor) / value - 1)).toBeLessThanOrEqual(0.00501);
      }),
    );
  });

  test("any number gives a text", () => {
    fc.assert(
      fc.property(
        fc.double(),
        fc.constantFrom(...UNITS),
        (value, unit) => formatQuantity(value, unit).length > 0 && formatNumber(value).length > 0,
      ),
    );
  });
});

describe("ratios", () => {
  test("the three numbers share their digits", () => {
    expect(formatRatio(0.942, 0.936, 0.948)).toBe("0.942 [0.936, 0.948]");
    expect(formatRatio(1, 0.9996, 1.0004)).toBe("1.000 [1.000, 1.000]");
    expect(formatRatio(12.34, 9.87, 15.4)).toBe("12.3 [9.9, 15.4]");
    expect(formatRatio(0.001234, 0.0011, 0.0014)).toBe("0.00123 [0.00110, 0.00140]");
    // A limit that is small is not nothing.
    expect(formatRatio(0.654, 0.00013, 3198.8)).toBe("0.654 [0.0001, 3198.800]");
    expect(formatRatio(27.1, 0.04, 1055.9)).toBe("27.1 [0.04, 1055.9]");
    expect(formatRatio(0.5, 0, 1)).toBe("0.500 [0.000, 1.000]");
  });
  test("a missing interval is said", () => {
    expect(formatRatio(0.942, null, null)).toBe("0.942 [no interval]");
    expect(formatRatio(0.942, 0.91, null)).toBe("0.942 [0.910, unknown]");
    expect(formatRatio(1.02, null, 1.1, "at-most")).toBe("<= 1.020 [unknown, 1.100]");
  });
});

test.each([
  [0.02, "2 %"],
  [0.0571, "5.7 %"],
  [-0.0571, "-5.7 %"],
  [0.0004, "0.04 %"],
  [0.1, "10 %"],
  [1, "100 %"],
  [0, "0 %"],
])("percent of %d is %s", (fraction, text) => {
  expect(formatPercent(fraction)).toBe(text);
});

test.each([
  [1, "100 %"],
  [0.98, "98 %"],
  [0.9996, "99.96 %"],
  [0.99999, "99.999 %"],
  [0.9, "90 %"],
  [0.00012, "0 %"],
  [0, "0 %"],
])("a delivered share of %d is %s", (share, text) => {
  expect(formatDelivered(share)).toBe(text);
});

test("what lost one of many is never said to have delivered all", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 1e12 }), (offered) => formatDelivered((offered - 1) / offered) !== "100 %"));
});

test.each([
  [0.42, "0.4 s"],
  [3, "3 s"],
  [42.4, "42 s"],
  [59.6, "1 min"],
  [185, "3 min 5 s"],
  [3720, "1 h 2 min"],
])("%d seconds are %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test("moments", () => {
  expect(formatMoment("2026-02-03T09:15:00.000Z")).toBe("2026-02-03 09:15 UTC");
  expect(formatMoment("yesterday")).toBe("yesterday");
});

test("clock and counts", () => {
  expect(formatClock(92.4)).toBe("1:32");
  expect(formatClock(3725)).toBe("1:02:05");
  expect(formatClock(-4)).toBe("0:00");
  expect(formatCount(1234567)).toBe("1\u00a0234\u00a0567");
  expect(formatCount(999)).toBe("999");
  expect(plainCount(1234567)).toBe("1,234,567");
  expect(plainCount(999)).toBe("999");
});
