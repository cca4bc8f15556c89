/**
 * The earlier part of a run that was interrupted and now goes on.
 * @packageDocumentation
 */
import type { Observation, Run } from "../../model/run.js";
import type { Progress } from "../progress.js";
import type { Campaign } from "./campaign.js";

/** What an interrupted run had seen. */
export type EarlierPart = Pick<Run, "observations" | "raw">;

/** Seconds of measuring that the earlier part took. */
export function secondsOf(earlier: readonly Observation[]): number {
  return Math.max(0, ...earlier.map(({ startedAt, elapsed }) => startedAt + elapsed));
}

/** Gives progress the rounds of the earlier part, in their order. */
export function replay(earlier: readonly Observation[], progress: Pick<Progress, "addRound">): void {
  const rounds = new Map<string, Observation[]>();
  for (const observation of earlier) {
    const key = `${observation.workload} ${String(observation.round)}`;
    rounds.set(key, [...(rounds.get(key) ?? []), observation]);
  }
  for (const observations of rounds.values()) {
    const [first] = observations;
    if (first !== undefined) progress.addRound(first.workload, observations);
  }
}

/** How many rounds of a campaign the earlier part has. */
export function roundsOf({ workload, probe }: Campaign, earlier: readonly Observation[]): number {
  const how = ({ trial: "trial", resident: "burst", slice: "slice" } as const)[probe.kind];
  return new Set(earlier.filter((one) => one.workload === workload && one.how === how).map((one) => one.round)).size;
}
