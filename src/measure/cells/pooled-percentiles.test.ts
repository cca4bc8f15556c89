import fc from "fast-check";
import { expect, test } from "vitest";
import { resampling } from "../../statistics/bootstrap.js";
import { histogramOf, mergeHistograms } from "../../statistics/histogram.js";
import { percentileOf } from "../../statistics/kaplan-meier.js";
import { SampleTable } from "./pooled-percentiles.js";

const rounds = fc.array(fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 10,
});
const level = fc.constantFrom(0.1, 0.5, 0.9, 0.99);

test("each resample's percentile is that of the drawn rounds' histograms merged one by one", () => {
  fc.assert(
    fc.property(rounds, level, fc.nat(), (samples, p, seed) => {
      const histograms = samples.map((values) => histogramOf(values));
      const table = new SampleTable(new Map(histograms.map((histogram, round) => [round, [histogram]])));
      const chosen = histograms.map((_, round) => round);
      const draws = resampling(chosen.length, seed, 10);
      const fast = table.resampled(p, chosen, draws);
      for (let row = 0; row < 10; row += 1) {
        const drawn = histograms.flatMap((histogram, round) =>
          new Array<typeof histogram>(draws.counts[row * chosen.length + round] ?? 0).fill(histogram),
        );
        expect(fast[row]).toBeCloseTo(percentileOf({ completed: mergeHistograms(drawn) }, p)?.value ?? Number.NaN, 8);
      }
    }),
  );
});

test("a choice of rounds pools these and no others", () => {
  fc.assert(
    fc.property(rounds, level, (samples, p) => {
      const histograms = samples.map((values) => histogramOf(values));
      const table = new SampleTable(new Map(histograms.map((histogram, round) => [round, [histogram]])));
      const chosen = histograms.map((_, round) => round).filter((round) => round % 2 === 0);
      const naive = percentileOf({ completed: mergeHistograms(chosen.map((round) => histograms[round] ?? [])) }, p)?.value;
      expect(table.percentile(p, chosen)?.value).toBeCloseTo(naive ?? Number.NaN, 8);
    }),
  );
});

test("rounds without samples count as such, and nothing at all has no percentile", () => {
  const table = new SampleTable(
    new Map([
      [0, []],
      [1, [histogramOf([5, 5, 5])]],
      [2, [[]]],
    ]),
  );
  expect(table.percentile(0.5, [0, 1, 2])).toEqual({ value: 5, samples: 3 });
  expect(table.percentile(0.5, [0, 2])).toBeUndefined();
  expect(() => table.percentile(0.5, [7])).toThrow(RangeError);
});
