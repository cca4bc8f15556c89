/**
 * One search of one path: floods, stability pre-test, then the trials that the search asks for.
 * @packageDocumentation
 */

import type { GoalResult, LossGoal, NoDropSearch, NoDropTrial } from "../../model/no-drop.js";
import { largestOf } from "../../statistics/extremes.js";
import { medianOf } from "../../statistics/median.js";
import type { LoadRange } from "./bounds.js";
import type { Counted } from "./paced-load.js";
import { addTrial, nextStep, type SearchState, startSearch, type TrialInput } from "./search.js";
import { type Descent, meets, STABILITY, steadiness } from "./stability.js";

/** Puts loads on the path. */
export interface Load {
  /** One trial at full flood. */
  flood(seconds: number): Promise<Counted>;
  /** One trial at a load in frames a second. */
  at(load: number, seconds: number): Promise<Counted>;
}

/** What a search is given. */
export interface PathSearchOptions {
  readonly load: Load;
  readonly goals: readonly LossGoal[];
  /** Seconds since the run began. */
  readonly now: () => number;
  readonly signal: AbortSignal;
  /** Called after each trial. */
  readonly onTrial?: (trial: NoDropTrial) => void;
}

/** What a search found. */
export type PathSearch = Pick<NoDropSearch, "minLoad" | "maxLoad" | "trials" | "results">;

/** The smallest load: below, the frames that wait in sockets take longer to drain than a trial lasts. */
const SMALLEST_LOAD = 1_000;
/** Or this share of the largest: nine halvings. A short trial of fewer frames could not see half a percent. */
const SMALLEST_PART = 1 / 512;
/** Floods that show what the generator can offer. */
const FLOODS = 3;
/** The pacer costs the generator time that a flood does not take. */
const LARGEST_PART = 0.9;
/** A generator that offers less than this share of the load has fallen short. */
const MOST_SHORT = 0.03;
/** Seconds that waking the senders may take off a trial. */
const WAKING = 0.02;
/** So many short trials in a row, and the generator cannot offer the load. */
const SHORT_IN_A_ROW = 5;
/** So many at one load, and it cannot, though it once offered more. */
const SHORT_AT_A_LOAD = 15;
/** The search ends after so many duration sums of trials. */
const MOST_SUMS = 20;

/** Searches a path for all goals at once. */
export async function searchPath(options: PathSearchOptions): Promise<PathSearch> {
  return new PathSearcher(options).run();
}

class PathSearcher {
  readonly #options: PathSearchOptions;
  readonly #trials: NoDropTrial[] = [];
  #shortInARow = 0;
  #bestOfShort = 0;

  constructor(options: PathSearchOptions) {
    this.#options = options;
  }

  async run(): Promise<PathSearch> {
    const { goals } = this.#options;
    const range = await this.#rangeOf();
    const descents: Descent[] = [];
    for (let count = 0; count < STABILITY.descents; count++) descents.push(await this.#descend(range));
    const judged = goals.map((goal) => ({ goal, judgement: steadiness(descents, goal) }));
    const steady = judged.flatMap(({ goal, judgement }) => (judgement.steady ? [{ goal, load: judgement.load }] : []));
    const search = steady.length === 0 ? undefined : await this.#search(steady, range);
    return {
      minLoad: range.min,
      maxLoad: search?.plan.range.max ?? range.max,
      trials: this.#trials,
      results: judged.flatMap(({ goal, judgement }) =>
        judgement.steady ? (search?.results.filter(({ metric }) => metric === goal.metric) ?? []) : [refused(goal, judgement.reason)],
      ),
    };
  }

  /** From the smallest load that makes sense to the largest that the generator offers. */
  async #rangeOf(): Promise<LoadRange> {
    const floods: number[] = [];
    for (let count = 0; count < FLOODS; count++) {
      const flood = await this.#options.load.flood(this.#shortTrial);
      this.#keep({ ...flood, purpose: "flood" });
      floods.push(flood.offeredPerSecond);
    }
    const max = Math.max(1, Math.round((medianOf(floods) ?? 0) * LARGEST_PART));
    return { min: Math.min(Math.max(SMALLEST_LOAD, Math.ceil(max * SMALLEST_PART)), max), max };
  }

  /** One descent of the pre-test. */
  async #descend(range: LoadRange): Promise<Descent> {
    const { goals, load } = this.#options;
    const trials: Counted[] = [];
    for (let next = range.max; ; next = Math.max(range.min, Math.round(next / 2))) {
      const trial = await load.at(next, this.#shortTrial);
      this.#keep({ ...trial, purpose: "stability" });
      trials.push(trial);
      if (next === range.min || goals.every((goal) => meets(trial, goal))) return trials;
    }
  }

  get #shortTrial(): number {
    return (this.#options.goals[0]?.finalTrialSeconds ?? 1) * STABILITY.trialPart;
  }

  async #search(steady: readonly { readonly goal: LossGoal; readonly load: number }[], range: LoadRange) {
    const goals = steady.map(({ goal }) => goal);
    const guesses = steady.map(({ load }) => ({ lower: Math.round(load), upper: Math.min(range.max, Math.round(load * 2)) }));
    const mostSeconds = MOST_SUMS * largestOf(goals.map((goal) => goal.durationSumSeconds));
    let state = startSearch({ goals, range, guesses, mostSeconds });
    for (;;) {
      const step = nextStep(state);
      if ("results" in step)
        return { plan: step.state.plan, results: step.results.map((result) => this.#explained(result, step.state.plan.range.max)) };
      state = await this.#carryOut(step.state, step.next);
    }
  }

  async #carryOut(state: SearchState, next: TrialInput): Promise<SearchState> {
    const counted = await this.#options.load.at(next.load, next.seconds);
    // What loses at less than the load loses at the load: only a short trial that lost little says nothing.
    const short = fellShort(counted) && state.plan.goals.some((goal) => meets(counted, goal));
    this.#keep({ ...counted, purpose: "search", ...(short ? { short } : {}) });
    if (!short) {
      this.#shortInARow = 0;
      this.#bestOfShort = 0;
      return addTrial(state, { ...next, lossRatio: counted.lost / counted.offered });
    }
    const wasted = { ...state, wasted: state.wasted + next.seconds };
    this.#shortInARow += 1;
    this.#bestOfShort = Math.max(this.#bestOfShort, counted.offeredPerSecond);
    if (this.#shortInARow < SHORT_IN_A_ROW) return wasted;
    const best = this.#bestOfShort;
    this.#shortInARow = 0;
    this.#bestOfShort = 0;
    // What was offered before can be offered again: the generator is disturbed, not at its limit.
    const offered = state.trials.some((trial) => trial.load >= next.load && trial.seconds >= next.seconds);
    if (offered && this.#shortAt(next.load) < SHORT_AT_A_LOAD) return wasted;
    const max = Math.max(state.plan.range.min, Math.min(next.load - 1, Math.floor(best)));
    return { ...wasted, plan: { ...state.plan, range: { ...state.plan.range, max } } };
  }

  #shortAt(load: number): number {
    return this.#trials.filter((trial) => trial.load === load && trial.short === true).length;
  }

  /** A generator's limit has to show its evidence; the bounds tell everything else. */
  #explained(result: GoalResult, max: number): GoalResult {
    if (result.stop !== "max-load" && result.stop !== "generator") return result;
    const floods = this.#trials.filter((trial) => trial.purpose === "flood");
    const [offered, lost] = [sumOf(floods, "offered"), sumOf(floods, "lost")];
    const shorts = this.#trials.filter((trial) => trial.short === true).length;
    const flood = `${String(floods.length)} floods offered ${String(offered)} frames and lost ${String(lost)}`;
    const limit = `generator-bound: no more than ${String(max)} frame/s could be offered steadily`;
    return { ...result, reason: `${limit}, the generator fell short in ${String(shorts)} trials; ${flood}` };
  }

  #keep(trial: Omit<NoDropTrial, "startedAt">): void {
    const { now, signal, onTrial } = this.#options;
    const kept = { ...trial, startedAt: Math.max(0, now() - trial.seconds - trial.drained) };
    this.#trials.push(kept);
    onTrial?.(kept);
    signal.throwIfAborted();
  }
}

/** Whether the generator offered too little for the trial to say anything about its load. */
function fellShort({ load, seconds, offeredPerSecond }: Counted): boolean {
  return offeredPerSecond < load * (1 - Math.max(MOST_SHORT, WAKING / seconds));
}

const refused = (goal: LossGoal, reason: string): GoalResult => ({ metric: goal.metric, stop: "unstable", reason });

const sumOf = (trials: readonly NoDropTrial[], count: "offered" | "lost"): number => trials.reduce((sum, trial) => sum + trial[count], 0);
