/**
 * What a load's trials say about it under a goal: RFC 9971, sections "Load Classification Logic" and "Conditional Throughput Logic"
 * with their appendices. Two searches are comparable only when they do exactly this.
 * @packageDocumentation
 */
import type { LossGoal } from "../../model/no-drop.js";

/** One trial as a search sees it. */
export interface Trial {
  /** Frames a second that were asked for. */
  readonly load: number;
  /** Seconds that frames were asked to be sent for. */
  readonly seconds: number;
  /** Lost frames over offered ones. */
  readonly lossRatio: number;
}

/** What of a goal decides about one load. */
export type LoadGoal = Pick<LossGoal, "lossRatio" | "finalTrialSeconds" | "durationSumSeconds" | "exceedRatio">;

/** `lower`: certain to meet the goal, `upper`: certain to miss it, whatever the trials that are missing would show. */
export type LoadClass = "lower" | "upper" | "undecided";

/**
 * Classifies a load by all trials that were made at it. A short trial can condemn a load, since what is lost in it stays lost in a
 * longer one; it can never prove one, and short trials with little loss only balance short ones with much.
 */
export function classifyLoad(trials: readonly Trial[], goal: LoadGoal): LoadClass {
  const sums = durations(trials, goal);
  const tolerance = goal.exceedRatio / (1 - goal.exceedRatio);
  const missed = sums.fullHigh + Math.max(0, sums.shortHigh - sums.shortLow * tolerance);
  const whole = Math.max(missed + sums.fullLow, goal.durationSumSeconds);
  const allowed = whole * goal.exceedRatio;
  if (missed > allowed) return "upper";
  return whole - sums.fullLow <= allowed ? "lower" : "undecided";
}

/** Seconds of trials, by length and loss. */
interface Durations {
  readonly fullHigh: number;
  readonly fullLow: number;
  readonly shortHigh: number;
  readonly shortLow: number;
}

function durations(trials: readonly Trial[], goal: LoadGoal): Durations {
  const sum = (full: boolean, high: boolean): number =>
    trials
      .filter((trial) => trial.seconds >= goal.finalTrialSeconds === full && trial.lossRatio > goal.lossRatio === high)
      .reduce((total, trial) => total + trial.seconds, 0);
  return { fullHigh: sum(true, true), fullLow: sum(true, false), shortHigh: sum(false, true), shortLow: sum(false, false) };
}

/** Sums of tenths of a second are not exact; no trial is as short as this. */
const NO_TIME = 1e-9;

/**
 * What a typical full-length trial at a load forwarded, frames a second: the load less the loss of the best trials that make up the
 * part of the duration sum which has to meet the goal. 0 where there are not enough of them.
 */
export function conditionalThroughput(load: number, trials: readonly Trial[], goal: LoadGoal): number {
  const full = trials.filter((trial) => trial.seconds >= goal.finalTrialSeconds).sort((one, other) => one.lossRatio - other.lossRatio);
  const measured = full.reduce((total, trial) => total + trial.seconds, 0);
  let remaining = Math.max(goal.durationSumSeconds, measured) * (1 - goal.exceedRatio);
  let loss = 1;
  for (const trial of full) {
    if (remaining <= NO_TIME) break;
    loss = trial.lossRatio;
    remaining -= trial.seconds;
  }
  return load * (1 - (remaining > NO_TIME ? 1 : loss));
}
