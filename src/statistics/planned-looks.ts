/**
 * When an interval may decide. Looking after every round and stopping as soon as a verdict shows lets chance win (coverage 55-82 % at a ratio on the
 * margin), so a cell is looked at three times at most, at moments that its precision alone determines.
 * @packageDocumentation
 */
import type { Verdict } from "../model/summary.js";
import { halfWidth, type Interval } from "./median-interval.js";
import { type Tolerance, verdictOf } from "./verdict.js";

/** Three looks at 98.2 % hold together at 95 % (Bonferroni gives 94.6 %; looks at the same growing sample are dependent, which gives the rest). */
export const LOOK_CONFIDENCE = 0.982;
/** A sample that cannot have been looked at before its end gets the plain interval. */
export const SINGLE_CONFIDENCE = 0.95;

/** The half-widths at which a cell is looked at, as parts of the margin. */
const LOOK_AT = [1, 1 / 2, 1 / 4] as const;

/** Rounds that must be seen before the first look. */
export const FEWEST_ROUNDS = { trials: 9, slices: 25 } as const;

/** How one cell is looked at. */
export interface LookPlan extends Tolerance {
  readonly fewestRounds: number;
}

/** A cell between looks, or at its end. `looks` counts those that are used up. */
export type LookState =
  | { readonly status: "open"; readonly looks: 0 | 1 | 2 }
  | { readonly status: "decided"; readonly looks: number; readonly verdict: Verdict }
  | { readonly status: "spent"; readonly looks: number };

/** Before the first round. */
export const UNSEEN: LookState = { status: "open", looks: 0 };

/**
 * The state after a round. Changes only where the half-width first reaches the next look; between looks nothing can end a cell.
 * A half-width that passes several looks at once uses them up together: it is a single look at the data.
 * @param interval at {@link LOOK_CONFIDENCE}
 */
export function afterRound(state: LookState, plan: LookPlan, rounds: number, interval: Interval | undefined): LookState {
  if (state.status !== "open" || interval === undefined || rounds < plan.fewestRounds) return state;
  const width = halfWidth(interval);
  const reached = LOOK_AT.filter((part) => width <= part * plan.margin).length;
  if (reached <= state.looks) return state;
  const verdict = verdictOf(interval, plan);
  if (verdict !== "undecided") return { status: "decided", looks: reached, verdict };
  return reached === 1 || reached === 2 ? { status: "open", looks: reached } : { status: "spent", looks: reached };
}

/** The state at the end of the budget, which replaces the next look. */
export function atEndOfBudget(state: LookState, plan: LookPlan, interval: Interval | undefined): LookState {
  if (state.status !== "open") return state;
  const verdict = verdictOf(interval, plan);
  const looks = state.looks + 1;
  return verdict === "undecided" ? { status: "spent", looks } : { status: "decided", looks, verdict };
}

/** The state after a part of a run that went on later: its end had a report with a verdict, which was a look. */
export function afterPart(state: LookState, plan: LookPlan, interval: Interval | undefined): LookState {
  const end = atEndOfBudget(state, plan, interval);
  return end.status === "spent" && (end.looks === 1 || end.looks === 2) ? { status: "open", looks: end.looks } : end;
}

/** The confidence of the interval at the end of the budget: with fewer rounds than a look needs there was none, and the end is the only sight. */
export function confidenceAtEnd(plan: LookPlan, rounds: number): number {
  return rounds < plan.fewestRounds ? SINGLE_CONFIDENCE : LOOK_CONFIDENCE;
}

/** The half-width at which the cell is looked at next; undefined when no look is left. */
export function nextHalfWidth(state: LookState, plan: LookPlan): number | undefined {
  const part = state.status === "open" ? LOOK_AT[state.looks] : undefined;
  return part === undefined ? undefined : part * plan.margin;
}

/** Rounds that are still needed to the next look, since a half-width falls with the root of their number. */
export function roundsToNextLook(state: LookState, plan: LookPlan, rounds: number, interval: Interval | undefined): number | undefined {
  const target = nextHalfWidth(state, plan);
  if (target === undefined || interval === undefined) return undefined;
  const width = halfWidth(interval);
  if (!Number.isFinite(width)) return undefined;
  return Math.max(1, plan.fewestRounds - rounds, Math.ceil(rounds * ((width / target) ** 2 - 1)));
}
