/**
 * What costs most.
 * @packageDocumentation
 */
import type { Effect, ExplainedMetric } from "../model/explanation.js";

/** How much an effect costs, in points, whichever way the metric is good. */
export const lossOf = ({ points }: Pick<Effect, "points">, better: "higher" | "lower"): number => (better === "higher" ? -points : points);

/** Effects that cost something beyond their own noise, the costliest first. */
export const costly = ({ effects, better }: Pick<ExplainedMetric, "effects" | "better">): readonly Effect[] =>
  effects
    .filter((effect) => (better === "higher" ? effect.high < 0 : effect.low > 0))
    .sort((one, other) => lossOf(other, better) - lossOf(one, better));

/** The rungs of layers that stand together, the one whose own effect shows the largest loss first: of the others that cannot be told from nothing. */
export const costliestRungs = ({ layers }: Pick<Effect, "layers">, { rungs, better }: ExplainedMetric): ExplainedMetric["rungs"] =>
  rungs
    .filter((rung) => rung.layers.every((layer) => layers.includes(layer)))
    .sort((one, other) => lossOf(other, better) - lossOf(one, better));
