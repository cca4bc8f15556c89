/**
 * The earlier part of a run that was interrupted and now goes on.
 * @packageDocumentation
 */

import { campaignOf } from "../../model/campaign.js";
import type { Observation, Run } from "../../model/run.js";
import { largestOf } from "../../statistics/extremes.js";
import type { Progress } from "../progress.js";
import type { Campaign } from "./campaign.js";

/** What an interrupted run had seen. */
export type EarlierPart = Pick<Run, "observations" | "raw" | "givenUp">;

/** Seconds of measuring that the earlier part took. */
export function secondsOf(earlier: readonly Observation[]): number {
  return Math.max(0, largestOf(earlier.map(({ startedAt, elapsed }) => startedAt + elapsed)));
}

/** Observations in their rounds, each campaign's for themselves, in the order in which the rounds began. */
export function roundsIn(observations: readonly Observation[]): readonly (readonly Observation[])[] {
  const rounds = new Map<string, Observation[]>();
  for (const observation of observations) {
    const key = `${campaignOf(observation)} ${String(observation.round)}`;
    const known = rounds.get(key);
    if (known === undefined) rounds.set(key, [observation]);
    else known.push(observation);
  }
  return [...rounds.values()];
}

/** Gives progress the rounds of the earlier part, in their order. */
export function replay(earlier: readonly Observation[], progress: Pick<Progress, "addRound">): void {
  for (const observations of roundsIn(earlier)) progress.addRound(observations);
}

/** How many rounds of a campaign the earlier part has. */
export function roundsOf({ key }: Campaign, earlier: readonly Observation[]): number {
  return new Set(earlier.filter((one) => campaignOf(one) === key).map((one) => one.round)).size;
}
