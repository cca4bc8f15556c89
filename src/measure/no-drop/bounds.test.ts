import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Bounds, byLoad, relevantBounds, type Selection, selectLoad } from "./bounds.js";
import type { Trial } from "./classify.js";

/** One trial decides about a load. */
const GOAL = { lossRatio: 0, finalTrialSeconds: 1, durationSumSeconds: 1, exceedRatio: 0.5, width: 0.05 };
const RANGE = { min: 1_000, max: 1_000_000 };

const good = (load: number): Trial => ({ load, seconds: 1, lossRatio: 0 });
const bad = (load: number): Trial => ({ load, seconds: 1, lossRatio: 0.1 });

const select = (trials: readonly Trial[], hint: Bounds = {}): Selection => selectLoad(byLoad(trials), GOAL, RANGE, hint);

describe("relevant bounds", () => {
  test("the smallest load that loses, and the largest below it that does not", () => {
    expect(relevantBounds(byLoad([good(100), good(200), bad(300), bad(400)]), GOAL)).toEqual({ lower: 200, upper: 300 });
  });

  test("where a larger load did better than a smaller one, the loss is believed", () => {
    expect(relevantBounds(byLoad([good(100), bad(200), good(300), bad(400)]), GOAL)).toEqual({ lower: 100, upper: 200 });
    expect(relevantBounds(byLoad([bad(200), good(300)]), GOAL)).toEqual({ upper: 200 });
  });

  test("without loss there is no upper bound", () => {
    expect(relevantBounds(byLoad([good(100), good(300)]), GOAL)).toEqual({ lower: 300 });
  });
});

describe("the next load", () => {
  test("is the hint's smaller one first, then its larger one", () => {
    const hint = { lower: 90_000, upper: 100_000 };
    expect(select([], hint)).toEqual({ kind: "measure", load: 90_000 });
    expect(select([good(90_000)], hint)).toEqual({ kind: "measure", load: 100_000 });
  });

  test("lies further and further off while the bounds are on one side", () => {
    expect(select([bad(100_000)])).toEqual({ kind: "measure", load: 95_000 });
    expect(select([bad(100_000), bad(95_000)])).toEqual({ kind: "measure", load: 85_500 });
    expect(select([good(100_000)])).toEqual({ kind: "measure", load: 105_263 });
    expect(select([good(100_000), good(105_263)])).toEqual({ kind: "measure", load: 116_959 });
  });

  test("halves what lies between the bounds, until that is no wider than the goal", () => {
    expect(select([good(100_000), bad(400_000)])).toEqual({ kind: "measure", load: 200_000 });
    expect(select([good(96_000), bad(100_000)])).toEqual({ kind: "done", bounds: { lower: 96_000, upper: 100_000 }, stop: "width" });
  });

  test("ends at the range's ends", () => {
    expect(select([good(1_000_000)])).toMatchObject({ kind: "done", stop: "max-load" });
    expect(select([bad(1_000)])).toMatchObject({ kind: "done", stop: "min-load" });
    expect(select([good(1_000_000), bad(1_200_000)])).toMatchObject({ kind: "done", stop: "generator" });
  });

  test("is one that is not decided yet, within the range, and the same for the same trials", () => {
    const load = fc.integer({ min: RANGE.min, max: RANGE.max });
    const trial = fc.record({ load, seconds: fc.constant(1), lossRatio: fc.constantFrom(0, 0.1) });
    const hint = fc.record({ lower: load, upper: load }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(trial, { maxLength: 12 }), hint, (trials, guess) => {
        const selection = select(trials, guess);
        expect(select([...trials].reverse(), guess)).toEqual(selection);
        if (selection.kind === "done") return;
        expect(selection.load).toBeGreaterThanOrEqual(RANGE.min);
        expect(selection.load).toBeLessThanOrEqual(RANGE.max);
        const { lower, upper } = relevantBounds(byLoad(trials), GOAL);
        expect(selection.load).toBeGreaterThan(lower ?? 0);
        expect(selection.load).toBeLessThan(upper ?? Number.POSITIVE_INFINITY);
      }),
    );
  });
});
