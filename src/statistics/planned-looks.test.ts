import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Interval } from "./median-interval.js";
import { afterRound, atEndOfBudget, confidenceAtEnd, type LookState, nextHalfWidth, roundsToNextLook, UNSEEN } from "./planned-looks.js";

const plan = { margin: 0.02, better: "higher", fewestRounds: 9 } as const;
const around = (centre: number, width: number): Interval => ({
  low: centre - width,
  high: centre + width,
  confidence: 0.982,
  method: "order-statistic",
});

describe("looks", () => {
  test("nothing happens before the half-width reaches the margin, whatever the interval says", () => {
    expect(afterRound(UNSEEN, plan, 100, around(-0.5, 0.021))).toBe(UNSEEN);
  });

  test("nothing happens before there are enough rounds, however narrow the interval is", () => {
    expect(afterRound(UNSEEN, plan, 8, around(0, 0.001))).toBe(UNSEEN);
    expect(afterRound(UNSEEN, { ...plan, fewestRounds: 25 }, 24, around(0, 0.001))).toBe(UNSEEN);
    expect(afterRound(UNSEEN, plan, 100, undefined)).toBe(UNSEEN);
  });

  test("the first look decides what lies wholly beyond", () => {
    const decided = { status: "decided", looks: 1, verdict: "slower" } as const;
    expect(afterRound(UNSEEN, plan, 30, around(-0.1, 0.019))).toEqual(decided);
    expect(afterRound(decided, plan, 300, around(0, 0.001))).toBe(decided);
  });

  test("comes at exactly the margin", () => {
    expect(afterRound(UNSEEN, { ...plan, margin: 0.25 }, 30, around(-1, 0.25))).toMatchObject({ status: "decided", looks: 1 });
  });

  test("an undecided look uses itself up, and the cell waits for the next width", () => {
    const once = afterRound(UNSEEN, plan, 30, around(-0.015, 0.019));
    expect(once).toEqual({ status: "open", looks: 1 });
    // Decided by its interval, but between looks.
    expect(afterRound(once, plan, 31, around(-0.1, 0.0101))).toBe(once);
    expect(afterRound(once, plan, 120, around(-0.005, 0.0099))).toEqual({ status: "decided", looks: 2, verdict: "same" });
  });

  test("open at the third look is the end", () => {
    const twice: LookState = { status: "open", looks: 2 };
    expect(afterRound(twice, plan, 500, around(-0.02, 0.0049))).toEqual({ status: "spent", looks: 3 });
  });

  test("a width that passes several looks at once is one look at the data", () => {
    expect(afterRound(UNSEEN, plan, 9, around(-0.0202, 0.001))).toEqual({ status: "spent", looks: 3 });
    expect(afterRound(UNSEEN, plan, 9, around(-0.0202, 0.0099))).toEqual({ status: "open", looks: 2 });
  });

  test("an ended cell never changes, and looks are never given back", () => {
    const step = fc.record({
      centre: fc.double({ min: -0.1, max: 0.1, noNaN: true }),
      width: fc.double({ min: 0, max: 0.05, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let state = UNSEEN;
        for (const [index, { centre, width }] of steps.entries()) {
          const next = afterRound(state, plan, index + 5, around(centre, width));
          expect(next.looks).toBeGreaterThanOrEqual(state.looks);
          expect(next.looks).toBeLessThanOrEqual(3);
          if (state.status !== "open") expect(next).toBe(state);
          state = next;
        }
      }),
    );
  });
});

describe("the end of the budget", () => {
  test("replaces the next look", () => {
    expect(atEndOfBudget(UNSEEN, plan, around(-0.2, 0.1))).toEqual({ status: "decided", looks: 1, verdict: "slower" });
    expect(atEndOfBudget({ status: "open", looks: 1 }, plan, around(-0.02, 0.015))).toEqual({ status: "spent", looks: 2 });
    expect(atEndOfBudget(UNSEEN, plan, undefined)).toEqual({ status: "spent", looks: 1 });
  });

  test("does not change what was decided", () => {
    const decided: LookState = { status: "decided", looks: 1, verdict: "same" };
    expect(atEndOfBudget(decided, plan, around(-0.2, 0.01))).toBe(decided);
  });

  test("is the only sight of a run too short for a look, and then has the plain 95 %", () => {
    expect(confidenceAtEnd(plan, 8)).toBe(0.95);
    expect(confidenceAtEnd(plan, 9)).toBe(0.982);
  });
});

test("rounds to the next look grow with the square of the width", () => {
  expect(nextHalfWidth({ status: "open", looks: 1 }, plan)).toBe(0.01);
  expect(nextHalfWidth({ status: "spent", looks: 3 }, plan)).toBeUndefined();
  expect(roundsToNextLook(UNSEEN, plan, 30, around(0, 0.04))).toBe(90);
  expect(roundsToNextLook(UNSEEN, plan, 4, around(0, 0.01))).toBe(5);
  expect(nextHalfWidth({ status: "decided", looks: 1, verdict: "same" }, plan)).toBeUndefined();
  expect(roundsToNextLook(UNSEEN, plan, 4, undefined)).toBeUndefined();
  expect(roundsToNextLook({ status: "spent", looks: 3 }, plan, 400, around(0, 0.01))).toBeUndefined();
  expect(roundsToNextLook(UNSEEN, plan, 30, around(0, Number.POSITIVE_INFINITY))).toBeUndefined();
});
