/**
 * The unit of analysis where a figure depends on how its load generators started: not the round but the start.
 * @packageDocumentation
 */
import { groupBy } from "../../model/grouped.js";
import { restartEffect } from "../../statistics/f-test.js";
import { median } from "../../statistics/median.js";
import { type OrderedSample, type Sample, sampleOf, sorted } from "../../statistics/sample.js";

/**
 * One log ratio for each start, the median of its rounds, where an F test at 1 % finds that starts differ by more than rounds do (method.md, "Time slices").
 * Undefined where they do not, or where that cannot be tested: then rounds are the units.
 * @param inOrder log ratios in round order
 * @param starts the start that each of them belongs to; undefined where every observation was a start of its own
 */
export function restartMedians(inOrder: Sample, starts: readonly (number | undefined)[]): OrderedSample | undefined {
  const byStart = groupBy(inOrder.entries(), ([place]) => starts[place]);
  if (byStart.has(undefined)) return undefined;
  const restarts = [...byStart.values()]
    .map((values) => sampleOf(values.map(([, value]) => value)))
    .filter((sample) => sample !== undefined);
  const effect = restartEffect(restarts);
  if (effect.kind !== "tested" || effect.unit !== "restart") return undefined;
  const medians = sampleOf(restarts.map(median));
  return medians === undefined ? undefined : { inOrder: medians, sorted: sorted(medians) };
}
