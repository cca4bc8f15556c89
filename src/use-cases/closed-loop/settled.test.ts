/** What stays of the changes that were kept. */
import { describe, expect, test } from "vitest";
import type { TriedChange } from "../../model/closed-loop.js";
import { estimateOf } from "../../statistics/median-interval.js";
import { CHANGES } from "../../tuning/changes/index.js";
import { settled } from "./settled.js";

const candidates = CHANGES.slice(0, 2).map((change) => ({ change }));
const [first, second] = candidates;
const effect = { median: 1.2, low: 1.1, high: 1.3 };
const tried = candidates.map(
  ({ change: { name, scope, risk } }): TriedChange => ({ change: name, scope, risk, kept: true, reason: "", effect }),
);
const estimate = estimateOf(
  [1.4, 1.5, 1.6, 1.45, 1.55].map((ratio) => Math.log(ratio)),
  0.95,
);

describe("what was kept", () => {
  test("is judged alone by its own confirmation", () => {
    expect(settled([], tried)).toEqual({ stays: [], undone: "", effect: null });
    expect(settled(candidates.slice(0, 1), tried)).toEqual({ stays: [first], undone: "", effect });
  });

  test("stays as a whole where it holds its gain, or where a path works again with it", () => {
    if (estimate === undefined) throw new Error("no estimate of five values");
    const won = settled(candidates, tried, { kind: "won", estimate });
    expect(won.stays).toEqual([first, second]);
    expect(won.effect?.median).toBeCloseTo(1.5, 9);
    expect(settled(candidates, tried, { kind: "revived" })).toEqual({ stays: [first, second], undone: "", effect: null });
  });

  test("goes as a whole where it shows no gain", () => {
    expect(settled(candidates, tried, { kind: "lost", why: "cannot win" })).toMatchObject({ stays: [], effect: null });
    expect(settled(candidates, tried, { kind: "lost", why: "nothing moved" }).undone).toContain("does not hold its gain");
  });

  test("is the first change alone, which was confirmed against the node as it was, where the budget ended before the whole was known", () => {
    const left = settled(candidates, tried, { kind: "lost", why: "undecided" });
    expect([left.stays, left.effect]).toEqual([[first], effect]);
    expect(left.undone).toMatch(/the budget left no room to show that .+, .+ together hold their gain/);
  });
});
