/**
 * What a turn visits: rounds of visits, and a visit is the lanes that are observed at the same time.
 * @packageDocumentation
 */
import type { Lane, LaneGroup } from "./lanes.js";
import { groupedOrder, type RandomInteger, roundOrder } from "./round-order.js";

/** Lanes that are observed at the same time: one, or a path beside what it is compared with. */
export type Visit = readonly [Lane, ...Lane[]];

/** One round that visits every lane by itself. */
export function singleVisits(groups: readonly LaneGroup[], random: RandomInteger): (readonly Visit[])[] {
  return [groupedOrder(groups, random).map((lane) => [lane])];
}

/** A round for each path, of one visit: the path beside its baseline. A baseline that nothing is compared with, and paths without one, are visited alone. */
export function pairedVisits(groups: readonly LaneGroup[], random: RandomInteger): (readonly Visit[])[] {
  return groups.flatMap(({ baseline, subjects }) => {
    if (baseline === undefined || subjects.length === 0) return singleVisits([{ baseline, subjects }], random);
    const paths = roundOrder(baseline, subjects, random).filter((lane) => lane !== baseline);
    return paths.map((lane): readonly Visit[] => [[baseline, lane]]);
  });
}
