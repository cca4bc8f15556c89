import { expect, test } from "vitest";
import { summarised } from "../../../test/synthetic/summarised.js";
import { compareRuns } from "../../compare/comparison.js";
import { answerText } from "../answer.js";
import { comparisonAnswer } from "./answer.js";

type Ratios = Readonly<Record<string, readonly [median: number, low: number, high: number]>>;

const SAME = [1, 0.999, 1.001] as const;
const WORSE = [0.5, 0.495, 0.505] as const;
const OPEN = [1, 0.7, 1.4] as const;

/** What is said of a run B of macvlan beside a run A in which every figure is 1. */
function said(b: Ratios): string {
  const a: Ratios = Object.fromEntries(Object.keys(b).map((metric) => [metric, SAME]));
  const [one, other] = [summarised({ macvlan: a }), summarised({ macvlan: b })];
  return answerText(comparisonAnswer(compareRuns(one, other, [], "warn"), other.run.scenario));
}

test("counts what moved, and what did not, in sentences that fit the number", () => {
  const worse = "HTTP with new connections of macvlan is 0.50 times A's.";
  expect(said({ http: WORSE })).toBe(`B is worse than A in the one figure that both runs have: ${worse}`);
  expect(said({ http: WORSE, tcp: SAME })).toBe(`B is worse than A in 1 of 2 figures: ${worse} The other is the same.`);
  expect(said({ http: WORSE, tcp: OPEN })).toBe(`B is worse than A in 1 of 2 figures: ${worse} The other is undecided.`);
  expect(said({ http: WORSE, tcp: SAME, pps: SAME })).toBe(`B is worse than A in 1 of 3 figures: ${worse} The other 2 are the same.`);
  expect(said({ http: WORSE, tcp: SAME, pps: OPEN })).toBe(
    `B is worse than A in 1 of 3 figures: ${worse} Of the others 1 is the same and 1 is undecided.`,
  );
  expect(said({ http: WORSE, pps: WORSE })).toMatch(
    /^B is worse than A in 2 of 2 figures: .* is 0\.50 times A's and .* is 0\.50 times A's\.$/,
  );
});

test("says in how many figures nothing moved", () => {
  expect(said({ http: SAME })).toBe("B is the same as A in the one figure that both runs have.");
  expect(said({ http: OPEN, tcp: OPEN })).toBe("Whether B is worse or better than A is undecided in the two figures that both runs have.");
  expect(said({ http: SAME, tcp: OPEN, pps: OPEN })).toBe(
    "B is nowhere clearly worse or better than A: of 3 figures that both runs have 1 is the same and 2 are undecided.",
  );
});

test("keeps two digits of a small ratio", () => {
  expect(said({ http: [0.0042, 0.0041, 0.0043] })).toContain("HTTP with new connections of macvlan is 0.0042 times A's");
});
