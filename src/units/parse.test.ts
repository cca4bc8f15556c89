import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FASTEST_LINK, parseDuration, parseFraction, parseLinkRate, QuantityError, SLOWEST_LINK } from "./parse.js";

const thrownBy = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
};

describe("link rates", () => {
  test.each([
    ["1gbit", 1e9],
    ["100mbit", 100e6],
    ["2.5Gbit/s", 2.5e9],
    [" 10 gbit ", 10e9],
    ["100000kbit", 1e8],
    ["none", null],
  ])("%s", (text, rate) => {
    expect(parseLinkRate(text)).toBe(rate);
  });
  test.each([
    ["1gbps", "bits or bytes"],
    ["fast", "not a link rate"],
    ["", "not a link rate"],
    ["-1gbit", "not a link rate"],
    ["10g", "not a link rate"],
    ["0gbit", "carries nothing"],
    ["1mbit", "too slow"],
    ["9tbit", "faster than any link"],
  ])("%s is refused: %s", (text, why) => {
    const error = thrownBy(() => parseLinkRate(text));
    expect(error).toBeInstanceOf(QuantityError);
    expect((error as QuantityError).message).toContain(why);
    expect((error as QuantityError).message).toContain(`"${text}"`);
  });
  test("every whole rate in range is read as written", () => {
    fc.assert(
      fc.property(fc.integer({ min: SLOWEST_LINK / 1e6, max: FASTEST_LINK / 1e6 }), (mbit) => {
        expect(parseLinkRate(`${String(mbit)}mbit`)).toBeCloseTo(mbit * 1e6, 0);
      }),
    );
  });
});

describe("durations", () => {
  test.each([
    ["3m", 180],
    ["90s", 90],
    ["1.5m", 90],
    ["2m30s", 150],
    ["1h", 3600],
    ["1h 30min", 5400],
    ["500ms", 0.5],
  ])("%s", (text, value) => {
    expect(parseDuration(text)).toBe(value);
  });
  test.each([
    ["90", "write 90s"],
    ["0s", "must be longer than 0"],
    ["0m0s", "must be longer than 0"],
    ["soon", "not a time"],
    ["-3m", "not a time"],
    ["30s2m", "out of order"],
    ["1m1m", "out of order"],
    [`${"9".repeat(400)}h`, "longer"],
  ])("%s is refused: %s", (text, why) => {
    expect((thrownBy(() => parseDuration(text)) as QuantityError).message).toContain(why);
  });
  test("minutes and seconds add up", () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 1, max: 59 }), (minutes, rest) => {
        expect(parseDuration(`${String(minutes)}m${String(rest)}s`)).toBe(minutes * 60 + rest);
      }),
    );
  });
});

describe("shares", () => {
  test.each([
    ["2%", 0.02],
    ["0.02", 0.02],
    [".05", 0.05],
    ["2.5 %", 0.025],
  ])("%s", (text, value) => {
    expect(parseFraction(text)).toBeCloseTo(value, 12);
  });
  test.each([
    ["2", "write 2%"],
    ["0", "must be greater than 0"],
    ["0%", "must be greater than 0"],
    ["100%", "must be less than 100 %"],
    ["-1%", "not a share"],
    ["two", "not a share"],
  ])("%s is refused: %s", (text, why) => {
    expect((thrownBy(() => parseFraction(text)) as QuantityError).message).toContain(why);
  });
});

test("no text makes a parser fail in another way, or give a number that is not positive and finite", () => {
  const texts = fc.oneof(fc.string(), fc.stringMatching(/^[\d.]{0,6} ?[kmgtbhins%/]{0,6}$/));
  fc.assert(
    fc.property(texts, fc.constantFrom(parseLinkRate, parseDuration, parseFraction), (text, parse) => {
      try {
        const value = parse(text);
        expect(value === null || (value > 0 && Number.isFinite(value))).toBe(true);
      } catch (error) {
        if (!(error instanceof QuantityError)) throw error;
      }
    }),
    { numRuns: 500 },
  );
});
