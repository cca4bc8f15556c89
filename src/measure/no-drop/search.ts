/**
 * The search itself, without effects: it is given each trial's loss and says which trial comes next (the controller of RFC 9971).
 * Coarse stages with short trials come first; each hands its bounds to the next, and only the last one counts.
 * @packageDocumentation
 */
import type { GoalResult, LossGoal } from "../../model/no-drop.js";
import { type Bounds, byLoad, type LoadRange, relevantBounds, type Selection, selectLoad, type TrialsByLoad } from "./bounds.js";
import { conditionalThroughput, type LoadGoal, type Trial } from "./classify.js";

/** What is searched. */
export interface SearchPlan {
  readonly goals: readonly LossGoal[];
  /** Whole numbers of frames a second. */
  readonly range: LoadRange;
  /** By goal: loads between which its limit is expected. */
  readonly guesses: readonly Bounds[];
  /** Seconds of trials after which the search ends without a regular result. */
  readonly mostSeconds: number;
}

/** A trial to be made. */
export type TrialInput = Pick<Trial, "load" | "seconds">;

/** A search between two trials. */
export interface SearchState {
  readonly plan: SearchPlan;
  readonly trials: readonly Trial[];
  /** Seconds of trials that said nothing about their load. */
  readonly wasted: number;
  readonly stage: number;
  /** By goal: the bounds that the stage before found. */
  readonly hints: readonly Bounds[];
}

/** What comes next, with the state that a trial's result is to be added to. */
export type SearchStep =
  | { readonly state: SearchState; readonly next: TrialInput }
  | { readonly state: SearchState; readonly results: readonly GoalResult[] };

/** A goal as one stage sees it: shorter trials, fewer of them, wider bounds. */
interface Stage {
  readonly trial: number;
  /** Trials of this stage's length that decide about a load; the last stage takes the goal's own sum. */
  readonly trials?: number;
  readonly width: number;
}

/** Lengths and widths as parts and multiples of the goal's own. */
const STAGES: readonly Stage[] = [
  { trial: 0.1, trials: 1, width: 4 },
  { trial: 0.3, trials: 1, width: 2 },
  { trial: 1, trials: 3, width: 1 },
  { trial: 1, width: 1 },
];
const LAST = STAGES.length - 1;

/** A search before its first trial. */
export function startSearch(plan: SearchPlan): SearchState {
  return { plan, trials: [], wasted: 0, stage: 0, hints: plan.guesses };
}

/** The state with one more result. */
export function addTrial(state: SearchState, trial: Trial): SearchState {
  return { ...state, trials: [...state.trials, trial] };
}

/** The next trial, or the results when every goal has ended. */
export function nextStep(state: SearchState): SearchStep {
  const trials = byLoad(state.trials);
  if (secondsOf(state.trials) + state.wasted >= state.plan.mostSeconds) return { state, results: resultsOf(state, trials, "time") };
  let present = state;
  for (;;) {
    const selections = present.plan.goals.map((goal, index) => selected(present, trials, goal, index));
    const open = selections.findIndex(({ kind }) => kind === "measure");
    const selection = selections[open];
    const goal = present.plan.goals[open];
    if (selection?.kind === "measure" && goal !== undefined) {
      return { state: present, next: { load: selection.load, seconds: stageGoal(goal, present.stage).finalTrialSeconds } };
    }
    if (present.stage === LAST) return { state: present, results: resultsOf(present, trials) };
    present = { ...present, stage: present.stage + 1, hints: selections.map((one) => (one.kind === "done" ? one.bounds : {})) };
  }
}

const secondsOf = (trials: readonly Trial[]): number => trials.reduce((sum, trial) => sum + trial.seconds, 0);

function selected(state: SearchState, trials: TrialsByLoad, goal: LossGoal, index: number): Selection {
  return selectLoad(trials, stageGoal(goal, state.stage), state.plan.range, state.hints[index] ?? {});
}

function stageGoal(goal: LossGoal, number: number): LoadGoal & { readonly width: number } {
  const stage = STAGES[number] ?? { trial: 1, width: 1 };
  const finalTrialSeconds = goal.finalTrialSeconds * stage.trial;
  const sum = stage.trials === undefined ? goal.durationSumSeconds : Math.min(goal.durationSumSeconds, stage.trials * finalTrialSeconds);
  return {
    lossRatio: goal.lossRatio,
    exceedRatio: goal.exceedRatio,
    finalTrialSeconds,
    durationSumSeconds: sum,
    width: Math.min(0.5, goal.width * stage.width),
  };
}

function resultsOf(state: SearchState, trials: TrialsByLoad, forced?: "time"): readonly GoalResult[] {
  return state.plan.goals.map((goal, index) => {
    const selection = selectLoad(trials, goal, state.plan.range, state.hints[index] ?? {});
    const stop = selection.kind === "done" ? selection.stop : (forced ?? "time");
    const { lower, upper } = relevantBounds(trials, goal);
    return {
      metric: goal.metric,
      stop,
      ...(lower === undefined
        ? {}
        : { relevantLower: lower, conditionalThroughput: conditionalThroughput(lower, trials.get(lower) ?? [], goal) }),
      ...(upper === undefined ? {} : { relevantUpper: upper }),
    };
  });
}
