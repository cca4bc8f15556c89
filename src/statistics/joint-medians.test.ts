import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resampling } from "./bootstrap.js";
import { FEWEST_TO_RESAMPLE, JointMedians } from "./joint-medians.js";
import { medianOf } from "./median.js";
import { type Random, randomFrom } from "./random.js";

const columnsOf = (rounds: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.double({ min: 0.01, max: 10, noNaN: true }), { minLength: rounds, maxLength: rounds }), {
    minLength: 2,
    maxLength: 4,
  });

describe("medians of the same rounds", () => {
  test("add up to what their own medians do", () => {
    fc.assert(
      fc.property(fc.integer({ min: 3, max: 60 }).chain(columnsOf), (columns) => {
        const sum = new JointMedians(columns, 1).sum(
          [
            { column: 0, weight: 1 },
            { column: 1, weight: -2 },
          ],
          0.95,
        );
        expect(sum?.estimate).toBeCloseTo((medianOf(columns[0] ?? []) ?? 0) - 2 * (medianOf(columns[1] ?? []) ?? 0), 9);
        expect(sum?.low).toBeLessThanOrEqual((sum?.estimate ?? 0) + 1e-12);
        expect(sum?.high).toBeGreaterThanOrEqual((sum?.estimate ?? 0) - 1e-12);
      }),
    );
  });

  test("are resampled as if each drawn round were written down", () => {
    const random = randomFrom(7);
    const column = Array.from({ length: FEWEST_TO_RESAMPLE + 1 }, () => random.next());
    const { n, counts, resamples } = resampling(column.length, 3);
    const naive = Array.from({ length: resamples }, (_, row) =>
      medianOf(column.flatMap((value, place) => new Array<number>(counts[row * n + place] ?? 0).fill(value))),
    );
    const sorted = naive.map((value) => value ?? 0).sort((one, other) => one - other);
    const { low, high, estimate } = new JointMedians([column], 3).sum([{ column: 0, weight: 1 }], 0.95) ?? { low: 0, high: 0, estimate: 0 };
    // The interval is stretched, so that it holds the inner 95 % of the resamples.
    expect(low).toBeLessThanOrEqual(sorted[9] ?? 0);
    expect(high).toBeGreaterThanOrEqual(sorted[390] ?? 0);
    expect(estimate).toBe(medianOf(column));
  });

  test("that are the same path have a difference of exactly nothing", () => {
    const random = randomFrom(11);
    const column = Array.from({ length: 40 }, () => random.next());
    expect(
      new JointMedians([column, column], 1).sum(
        [
          { column: 0, weight: 1 },
          { column: 1, weight: -1 },
        ],
        0.95,
      ),
    ).toEqual({
      estimate: 0,
      low: 0,
      high: 0,
    });
  });

  test("of fewer than three rounds have no interval", () => {
    expect(
      new JointMedians(
        [
          [1, 2],
          [2, 3],
        ],
        1,
      ).sum([{ column: 0, weight: 1 }], 0.95),
    ).toBeUndefined();
  });
});

/** Heavy tails, as observations have them: Student's t with 3 degrees of freedom. */
function noise(random: Random): number {
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  const squares = normal() ** 2 + normal() ** 2 + normal() ** 2;
  return normal() / Math.sqrt(squares / 3);
}

/** How often the interval of the difference of two paths' medians holds the truth; both share the noise of their host. */
function coverage(rounds: number, trials: number, factor: number): number {
  const random = randomFrom(rounds * 1000 + 5);
  let held = 0;
  for (let trial = 0; trial < trials; trial += 1) {
    const columns: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      const host = 0.06 * noise(random);
      columns[0].push(0.7 * Math.exp(0.1 * noise(random) - host));
      columns[1].push(factor * 0.7 * Math.exp(0.1 * noise(random) - host));
    }
    const sum = new JointMedians(columns, trial).sum(
      [
        { column: 1, weight: 1 },
        { column: 0, weight: -1 },
      ],
      0.95,
    );
    const truth = (factor - 1) * 0.7;
    if (sum !== undefined && sum.low <= truth && truth <= sum.high) held += 1;
  }
  return held / trials;
}

describe("the interval of a difference holds the truth", () => {
  test.each([
    [6, 1],
    [12, 1],
    [12, 0.85],
    [20, 0.85],
    [40, 1],
    [40, 0.85],
    [80, 0.85],
  ])("with %d rounds at a true factor of %d", (rounds, factor) => {
    // 400 trials tell 95 % to within 2.2 points; below 93 % chance alone explains it in one case of thirty.
    expect(coverage(rounds, 400, factor)).toBeGreaterThanOrEqual(0.93);
  });
});
