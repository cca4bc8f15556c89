import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Distribution } from "../model/histogram.js";
import { binOf, histogramOf } from "./histogram.js";
import { countOf, percentileOf } from "./kaplan-meier.js";
import { randomFrom } from "./random.js";

const times = fc.double({ noNaN: true, min: 1e-3, max: 1e6 });
const samples = fc.array(times, { minLength: 1, maxLength: 200 });
const level = fc.double({ min: 0.01, max: 0.999, noNaN: true });

/** The percentile of times of which none was cut off. */
const plain = (completed: Distribution["completed"], p: number): number | undefined => percentileOf({ completed }, p)?.value;

describe("where nothing was cut off", () => {
  test("it is the sorted sample's percentile to within a bin", () => {
    fc.assert(
      fc.property(samples, level, (values, p) => {
        const completed = histogramOf(values);
        const rounded = completed.flatMap(([value, count]) => new Array<number>(count).fill(value));
        const naive = rounded[Math.ceil(p * rounded.length - 1e-9) - 1] ?? 0;
        const { low, high } = binOf(naive);
        const found = percentileOf({ completed }, p);
        expect(found?.reached).toBe(true);
        expect(found?.value).toBeGreaterThanOrEqual(low * (1 - 1e-12));
        expect(found?.value).toBeLessThanOrEqual(high * (1 + 1e-12));
      }),
    );
  });

  test("it rises with p, and is undefined for nothing", () => {
    fc.assert(
      fc.property(samples, (values) => {
        const completed = histogramOf(values);
        const levels = [0.1, 0.5, 0.9, 0.99].map((p) => plain(completed, p) ?? 0);
        expect([...levels].sort((one, other) => one - other)).toEqual(levels);
      }),
    );
    expect(plain([], 0.5)).toBeUndefined();
    expect(plain([[5, 0]], 0.5)).toBeUndefined();
    expect(percentileOf({ completed: [], censored: [] }, 0.5)).toBeUndefined();
  });

  test("values spread evenly inside a bin: the middle of one bin is its value", () => {
    expect(plain([[50.5, 1000]], 0.5)).toBeCloseTo(50.5, 9);
  });

  test("a share that ends with a bin is the end of that bin, not the beginning of the next", () => {
    const twoValues = [
      [1, 1],
      [5, 1],
    ] as const;
    const withAnEmptyOne = [
      [1, 1],
      [3, 0],
      [5, 1],
    ] as const;
    expect(plain(twoValues, 0.5)).toBeCloseTo(binOf(1).high, 12);
    expect(plain(withAnEmptyOne, 0.75)).toBeCloseTo(5, 12);
  });
});

/** The product-limit estimate as its definition has it: the product over ended times of 1 - ended / at risk. */
function productLimit(ended: readonly number[], cut: readonly number[], time: number): number {
  return [...new Set(ended)]
    .filter((value) => value <= time)
    .reduce((share, value) => {
      const atRisk = [...ended, ...cut].filter((other) => other >= value).length;
      return share * (1 - ended.filter((other) => other === value).length / atRisk);
    }, 1);
}

describe("where times were cut off", () => {
  const coarse = fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 60 });

  test("it lies in the bin in which the product-limit estimate passes the share", () => {
    fc.assert(
      fc.property(coarse, coarse, fc.constantFrom(0.123, 0.501, 0.877, 0.9931), (ended, cut, p) => {
        const found = percentileOf({ completed: histogramOf(ended), censored: histogramOf(cut) }, p);
        const passed = [...ended].sort((one, other) => one - other).find((value) => productLimit(ended, cut, value) <= 1 - p);
        if (passed === undefined) {
          const limit = Math.max(...ended, ...cut);
          expect(found).toEqual(ended.length + cut.length === 0 ? undefined : { value: limit, reached: false, followed: 0 });
          return;
        }
        expect(found?.value).toBeGreaterThanOrEqual(binOf(passed).low);
        expect(found?.value).toBeLessThanOrEqual(binOf(passed).high);
      }),
    );
  });

  test("what is beyond everything that was followed is a lower limit", () => {
    const half: Distribution = { completed: [[1, 50]], censored: [[30, 50]] };
    expect(percentileOf(half, 0.4)).toMatchObject({ reached: true });
    expect(percentileOf(half, 0.9)).toMatchObject({ value: 30, reached: false });
    expect(percentileOf({ completed: [], censored: [[40, 1]] }, 0.5)).toMatchObject({ value: 40, reached: false });
  });

  test("it says how many were still followed", () => {
    const tail: Distribution = {
      completed: [
        [1, 900],
        [30, 4],
      ],
      censored: [[20, 96]],
    };
    expect(percentileOf(tail, 0.5)).toMatchObject({ followed: 1000 });
    expect(percentileOf(tail, 0.95)).toMatchObject({ reached: true, followed: 4 });
  });

  test("it holds all of them", () => {
    expect(
      countOf({
        completed: [
          [1, 3],
          [5, 4],
        ],
        censored: [[2, 10]],
      }),
    ).toBe(17);
    expect(countOf({ completed: [] })).toBe(0);
  });
});

/** Round trips one after the other, each burst cut off at its end. */
function bursts(count: number, length: number, draw: () => number): Distribution {
  const completed: number[] = [];
  const censored: number[] = [];
  for (let burst = 0; burst < count; burst += 1) {
    let sent = 0;
    while (sent < length) {
      const took = draw();
      if (sent + took <= length) completed.push(took);
      else censored.push(length - sent);
      sent += took;
    }
  }
  return { completed: histogramOf(completed), censored: histogramOf(censored) };
}

describe("against a known truth, in bursts of 40 ms", () => {
  const BURST = 40_000;

  test.each([
    [0.0024, 20_000],
    [0.0012, 20_000],
    [0.0024, 35_000],
  ])("a share of %s stalls for %s us: so long is the 99.9th percentile", (share, stall) => {
    const random = randomFrom(1);
    const seen = bursts(600, BURST, () => (random.next() < share ? stall : 45 + 10 * random.next()));
    expect(percentileOf(seen, 0.999)).toMatchObject({ reached: true });
    expect((percentileOf(seen, 0.999)?.value ?? 0) / stall).toBeCloseTo(1, 2);
    expect((percentileOf(seen, 0.5)?.value ?? 0) / 50).toBeCloseTo(1, 1);
  });

  test("stalls longer than a burst: the percentile is the burst or more", () => {
    const random = randomFrom(2);
    const seen = bursts(300, BURST, () => (random.next() < 0.0024 ? 200_000 : 50));
    const found = percentileOf(seen, 0.999);
    expect(found?.reached).toBe(false);
    expect(found?.value).toBeGreaterThan(0.98 * BURST);
    expect(found?.value).toBeLessThanOrEqual(BURST);
    expect(percentileOf(seen, 0.99)).toMatchObject({ reached: true });
  });

  test("stalls of all lengths up to 60 ms: unbiased where it is reached, and never beyond the burst", () => {
    const found = Array.from({ length: 20 }, (_, seed) => {
      const random = randomFrom(seed);
      const seen = bursts(400, BURST, () => (random.next() < 0.003 ? 60_000 * random.next() : 50));
      expect(percentileOf(seen, 0.9995)?.value).toBeLessThanOrEqual(BURST);
      expect(percentileOf(seen, 0.9995)?.reached).toBe(false);
      return percentileOf(seen, 0.998)?.value ?? 0;
    });
    const mean = found.reduce((sum, value) => sum + value, 0) / found.length;
    expect(mean / 20_000).toBeGreaterThan(0.95);
    expect(mean / 20_000).toBeLessThan(1.05);
  });
});
