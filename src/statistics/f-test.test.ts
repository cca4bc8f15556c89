import { describe, expect, test } from "vitest";
import { restartEffect } from "./f-test.js";
import { firstAgainstSecondHalf } from "./first-half-second-half.js";
import { randomFrom } from "./random.js";
import { type Sample, sampleOf } from "./sample.js";

const sample = (numbers: readonly number[]): Sample => {
  const made = sampleOf(numbers);
  if (made === undefined) throw new Error("the test gave no numbers");
  return made;
};

describe("the restart effect", () => {
  test("a known analysis of variance (R: anova(lm(y ~ g)), F = 9.3, p = 0.002)", () => {
    const effect = restartEffect(
      [
        [6, 8, 4, 5, 3, 4],
        [8, 12, 9, 11, 6, 8],
        [13, 9, 11, 8, 7, 12],
      ].map(sample),
    );
    expect(effect).toMatchObject({ kind: "tested", unit: "restart" });
    expect(effect.kind === "tested" ? effect.f : 0).toBeCloseTo(9.264706, 5);
    expect(effect.kind === "tested" ? effect.p : 0).toBeCloseTo(0.002399, 5);
  });

  test("equal restarts are taken for different in about one of a hundred runs", () => {
    const random = randomFrom(4);
    const noise = () => random.next() + random.next() + random.next() - 1.5;
    let found = 0;
    for (let run = 0; run < 1000; run += 1) {
      const effect = restartEffect(Array.from({ length: 5 }, () => sample(Array.from({ length: 8 }, noise))));
      if (effect.kind === "tested" && effect.unit === "restart") found += 1;
    }
    expect(found).toBeLessThan(25);
  });

  test("takes two restarts, of which one has a second round", () => {
    expect(restartEffect([sample([1, 1.1]), sample([2])])).toMatchObject({ kind: "tested", unit: "round" });
  });

  test.each([
    ["one restart", [[1, 2, 3]], "fewer than two restarts, or one round in each"],
    ["one round in each", [[1], [2]], "fewer than two restarts, or one round in each"],
    [
      "a round without traffic",
      [
        [1, Number.NEGATIVE_INFINITY],
        [2, 3],
      ],
      "in some rounds nothing moved",
    ],
    [
      "rounds that are all alike",
      [
        [1, 1],
        [1, 1],
      ],
      "the rounds of a restart do not differ at all",
    ],
  ] as const)("says why it cannot tell: %s", (_, restarts, reason) => {
    expect(restartEffect(restarts.map(sample))).toEqual({ kind: "untestable", reason });
  });
});

describe("first half against second half", () => {
  test("sees a run that drifts, and not one that does not", () => {
    const steady = Array.from({ length: 24 }, (_, index) => 0.01 * Math.sin(index * 2.4));
    const drifting = steady.map((value, index) => value - (index < 12 ? 0 : 0.2));
    const without = firstAgainstSecondHalf(steady, 0.95);
    const withDrift = firstAgainstSecondHalf(drifting, 0.95);
    expect(without !== undefined && without.low <= 0 && without.high >= 0).toBe(true);
    expect(withDrift?.estimate).toBeCloseTo(0.2, 1);
    expect(withDrift !== undefined && withDrift.low > 0).toBe(true);
  });

  test("needs six rounds", () => {
    expect(firstAgainstSecondHalf([], 0.95)).toBeUndefined();
    expect(firstAgainstSecondHalf([1, 2, 3, 4, 5], 0.95)).toBeUndefined();
    expect(firstAgainstSecondHalf([1, 2, 3, 4, 5, 6], 0.95)).toBeDefined();
  });
});
