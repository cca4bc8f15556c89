/**
 * The pre-test of a search: whether a path has a rate that is worth searching, and roughly where.
 *
 * Five descents. Each begins at the largest load that the generator offers and halves it until a trial, a fifth as long as a full one,
 * meets every goal. A goal is refused when more than two descents end at the smallest load without meeting it (the path loses at
 * every load), or when the loads at which they met it lie more than three halvings apart (what it carries depends on the moment
 * more than on the load). A full flood is no such test: a flooded kernel does little but drop, and how little is chance.
 * @packageDocumentation
 */

import type { LossGoal } from "../../model/no-drop.js";
import { largestOf, smallestOf } from "../../statistics/extremes.js";
import { medianOf } from "../../statistics/median.js";
import type { Counted } from "./paced-load.js";

/** The numbers of the pre-test. */
export const STABILITY = { descents: 5, mostFruitless: 2, mostSpread: 8, trialPart: 0.2 } as const;

/** The trials of one descent, from the largest load down. */
export type Descent = readonly Counted[];

/** Where a goal's limit lies roughly, or why it is not searched. */
export type Steadiness = { readonly steady: true; readonly load: number } | { readonly steady: false; readonly reason: string };

/** Judges a goal by its descents. */
export function steadiness(descents: readonly Descent[], goal: Pick<LossGoal, "lossRatio">): Steadiness {
  const loads = descents.flatMap((descent) => descent.find((trial) => meets(trial, goal))?.load ?? []);
  const fruitless = descents.length - loads.length;
  if (fruitless > STABILITY.mostFruitless) return { steady: false, reason: everywhere(descents, fruitless, goal) };
  const [least, most] = [smallestOf(loads), largestOf(loads)];
  if (most <= least * STABILITY.mostSpread) return { steady: true, load: medianOf(loads) ?? least };
  const reason =
    `too unstable: ${String(descents.length)} descents first met the goal at ${String(Math.round(least))} to ${String(Math.round(most))} frame/s, ` +
    `more than ${String(STABILITY.mostSpread)} times apart`;
  return { steady: false, reason };
}

/** Whether a trial lost no more than a goal allows. */
export const meets = (trial: Pick<Counted, "offered" | "lost">, goal: Pick<LossGoal, "lossRatio">): boolean =>
  trial.lost <= trial.offered * goal.lossRatio;

function everywhere(descents: readonly Descent[], fruitless: number, goal: Pick<LossGoal, "lossRatio">): string {
  const last = descents.flatMap((descent) => descent.at(-1) ?? []).filter((trial) => !meets(trial, goal));
  const share = medianOf(last.map((trial) => trial.lost / trial.offered)) ?? 0;
  const load = Math.round(last[0]?.load ?? 0);
  return (
    `too unstable: ${String(fruitless)} of ${String(descents.length)} descents lost more than the goal allows at every load down to ` +
    `${String(load)} frame/s, there typically ${String(Number((share * 100).toPrecision(2)))} %: the loss does not come from the load`
  );
}
