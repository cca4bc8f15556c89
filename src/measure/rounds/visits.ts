/**
 * What a turn visits: rounds of visits, and a visit is the lanes that are observed at the same time, and the condition that holds meanwhile.
 * @packageDocumentation
 */
import type { Condition } from "../../venues/contract.js";
import type { Lane, LaneGroup } from "./lanes.js";
import { groupedOrder, oneVisit, type RandomInteger, roundOrder } from "./round-order.js";

/** One look. */
export interface Visit {
  /** What is observed at the same time: one lane, or a path beside what it is compared with. */
  readonly lanes: readonly [Lane, ...Lane[]];
  /** Holds while they are observed, and not before or after; absent for the paths as they were built. */
  readonly condition?: Condition;
}

/** Draws the rounds of one turn, each with its visits in their order. */
export type DrawVisits = (groups: readonly LaneGroup[], random: RandomInteger) => (readonly Visit[])[];

/** One round that visits every lane by itself, baselines several times. */
export const singleVisits: DrawVisits = (groups, random) => [groupedOrder(groups, random).map(alone)];

/** One round that visits every lane by itself and once. */
export const equalVisits: DrawVisits = (groups, random) => [groupedOrder(groups, random, oneVisit).map(alone)];

/** A round for each path, of one visit: the path beside its baseline. A baseline that nothing is compared with, and paths without one, are visited alone. */
export const pairedVisits: DrawVisits = (groups, random) =>
  groups.flatMap(({ baseline, subjects }) => {
    if (baseline === undefined || subjects.length === 0) return singleVisits([{ baseline, subjects }], random);
    const paths = roundOrder(baseline, subjects, random).filter((lane) => lane !== baseline);
    return paths.map((lane): readonly Visit[] => [{ lanes: [baseline, lane] }]);
  });

const alone = (lane: Lane): Visit => ({ lanes: [lane] });
