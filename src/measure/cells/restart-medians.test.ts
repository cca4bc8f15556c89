import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { randomFrom } from "../../statistics/random.js";
import { type Sample, sampleOf } from "../../statistics/sample.js";
import { restartMedians } from "./restart-medians.js";

function sample(values: readonly number[]): Sample {
  const made = sampleOf(values);
  if (made === undefined) throw new Error("no values");
  return made;
}

/** Rounds of some starts, each at a level of its own. */
function rounds(levels: readonly number[], each: number, seed: number): { readonly values: Sample; readonly starts: number[] } {
  const random = randomFrom(seed);
  const noise = (): number => (random.integer(2001) - 1000) / 100_000;
  const starts = levels.flatMap((_, start) => Array.from({ length: each }, () => start));
  return { values: sample(starts.map((start) => (levels[start] ?? 0) + noise())), starts };
}

describe("the unit of analysis", () => {
  test("is the start where starts differ by more than their rounds: one median each, in the order of the starts", () => {
    const { values, starts } = rounds([0, -0.2, 0.1, -0.1, 0.3], 5, 1);
    const units = restartMedians(values, starts);
    expect(units?.inOrder).toHaveLength(5);
    for (const [start, level] of [0, -0.2, 0.1, -0.1, 0.3].entries()) expect(units?.inOrder[start]).toBeCloseTo(level, 1);
    expect([...(units?.sorted ?? [])]).toEqual([...(units?.inOrder ?? [])].sort((one, other) => one - other));
  });

  test("is the round where they do not", () => {
    const { values, starts } = rounds([0, 0, 0, 0, 0], 5, 2);
    expect(restartMedians(values, starts)).toBeUndefined();
  });

  test("is the round where each observation was a start of its own, or nothing moved in one of them", () => {
    const { values, starts } = rounds([0, 1], 4, 3);
    expect(
      restartMedians(
        values,
        starts.map(() => undefined),
      ),
    ).toBeUndefined();
    expect(restartMedians(sample([...values.slice(1), Number.NEGATIVE_INFINITY]), starts)).toBeUndefined();
  });

  test("never depends on how starts are numbered", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }), fc.nat(1000), (levels, shift) => {
        const { values, starts } = rounds(levels, 4, 4);
        expect(
          restartMedians(
            values,
            starts.map((start) => start + shift),
          )?.inOrder,
        ).toEqual(restartMedians(values, starts)?.inOrder);
      }),
    );
  });
});
