/**
 * The goals of a no-drop search, as data.
 * @packageDocumentation
 */
import type { LossGoal } from "../../model/no-drop.js";

/** Seconds of full-length trials after which a load is classified for certain. Odd at 1-s trials, so that half of them is never a tie. */
const DURATION_SUM = 21;
/** RFC 2544, section 24: a trial of its throughput test lasts at least 60 s, and one lost frame fails it. */
const RFC_2544_SECONDS = 60;

/**
 * No loss and 0.5 % loss, in one search. The bounds end 5 % apart: wider than the larger loss ratio, as RFC 9971 asks, since
 * otherwise the conditional throughput of the laxer goal could come out below that of the stricter one.
 * @param trialSeconds length of a full trial; from 60 s on `ndr` is RFC 2544's throughput: one trial, and no loss in it
 */
export function standardGoals(trialSeconds = 1): readonly LossGoal[] {
  const shared = {
    finalTrialSeconds: trialSeconds,
    durationSumSeconds: Math.max(DURATION_SUM, trialSeconds),
    exceedRatio: 0.5,
    width: 0.05,
  };
  const strict = trialSeconds >= RFC_2544_SECONDS ? { exceedRatio: 0 } : {};
  return [
    { ...shared, ...strict, metric: "ndr", lossRatio: 0 },
    { ...shared, ...strict, metric: "pdr", lossRatio: 0.005 },
  ];
}
