/**
 * The earlier part of a run that was interrupted and now goes on.
 * @packageDocumentation
 */

import { campaignOf } from "../../model/campaign.js";
import { groupBy } from "../../model/grouped.js";
import { samePath } from "../../model/path.js";
import type { Observation, Run } from "../../model/run.js";
import { largestOf } from "../../statistics/extremes.js";
import type { Progress } from "../progress.js";
import type { Campaign } from "./campaign.js";
import { type Lane, measuredPath } from "./lanes.js";

/** What an interrupted run had seen. */
export type EarlierPart = Pick<Run, "observations" | "idle" | "raw" | "givenUp">;

/** Whether CPU costs are of everything that the machines did: an older run's are, and so those of its continuation. */
export const costsAreGross = (earlier: Pick<Run, "idle"> | undefined): boolean => earlier !== undefined && earlier.idle === undefined;

/** Seconds of measuring that the earlier part took. */
export function secondsOf(earlier: readonly Observation[]): number {
  return Math.max(0, largestOf(earlier.map(({ startedAt, elapsed }) => startedAt + elapsed)));
}

/** When the parts of a run ended that goes on, itself among them, seconds from its start. */
export const partEndsOf = ({ partEnds = [], observations }: Pick<Run, "partEnds" | "observations">): number[] => [
  ...partEnds,
  secondsOf(observations),
];

/** Observations in their rounds, each campaign's for themselves, in the order in which the rounds began. */
export function roundsIn(observations: readonly Observation[]): readonly (readonly Observation[])[] {
  return [...groupBy(observations, (one) => `${campaignOf(one)} ${String(one.round)}`).values()];
}

/** Gives progress the rounds of the earlier part, in their order, and what was read beside them. */
export function replay(earlier: readonly Observation[], idle: Run["idle"], progress: Pick<Progress, "addRound" | "addIdle">): void {
  for (const readings of idle ?? []) progress.addIdle(readings);
  for (const observations of roundsIn(earlier)) progress.addRound(observations);
}

/** How many rounds of a campaign the earlier part has: how often it visited a path. Side by side with the host, each path has rounds of its own. */
export function roundsOf({ key, groups }: Pick<Campaign, "key" | "groups">, earlier: readonly Observation[]): number {
  const own = earlier.filter((one) => campaignOf(one) === key);
  const visited = groups.flatMap(({ baseline, subjects }) => (baseline === undefined || subjects.length > 0 ? subjects : [baseline]));
  const roundsWith = ({ path }: Lane): number =>
    new Set(own.filter((one) => samePath(one, measuredPath(path))).map(({ round }) => round)).size;
  return Math.max(0, largestOf(visited.map(roundsWith)));
}
