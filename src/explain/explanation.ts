/**
 * From what was measured to an explanation: waterfalls, what could be had cheaper, and what to change.
 * @packageDocumentation
 */
import { type Cheaper, EXPLANATION_SCHEMA, type ExplainedMetric, type Explanation, type Points } from "../model/explanation.js";
import type { Named } from "../model/metric-names.js";
import type { Variant } from "../variants/variant.js";
import { sentencesOf } from "./answer.js";
import { replacementFor } from "./cheaper.js";
import { costliestRungs, costly, lossOf } from "./costly.js";

/** What an explanation is made from. */
export interface Explained {
  readonly variant: Variant;
  readonly status: Explanation["status"];
  readonly metrics: readonly ExplainedMetric[];
  readonly missing: Explanation["missing"];
  /** By which metrics have the names of the field. */
  readonly scenario: Named;
  /** What layers of the first metric cost together; undefined where that is not known. */
  readonly costOf: (layers: readonly string[]) => Points | undefined;
}

/** The explanation as `--json` prints it. */
export function explanationFrom({ variant, status, metrics, missing, scenario, costOf }: Explained): Explanation {
  const cheaper = cheaperOf(variant, metrics[0], costOf);
  return {
    schema: EXPLANATION_SCHEMA,
    variant: variant.name,
    against: "host",
    status,
    answer: sentencesOf({ variant: variant.name, metrics: [...metrics], missing: [...missing], cheaper, status }, scenario)
      .map(({ text }) => text)
      .join(" "),
    metrics: [...metrics],
    missing: [...missing],
    cheaper,
  };
}

/** Ways to save what costs most of the first metric; each variant once. */
function cheaperOf(variant: Variant, metric: ExplainedMetric | undefined, costOf: Explained["costOf"]): Cheaper[] {
  if (metric === undefined) return [];
  const found = new Map<string, Cheaper>();
  for (const effect of costly(metric)) {
    for (const layer of costliestRungs(effect, metric)[0]?.layers ?? []) {
      const replacement = replacementFor(variant, layer);
      if (replacement === undefined || found.has(replacement.instead)) continue;
      const saved = metric.rungs.filter((rung) => rung.layers.every((one) => replacement.layers.includes(one)));
      const cost = costOf(saved.flatMap(({ layers }) => layers));
      if (cost !== undefined && lossOf(cost, metric.better) > 0)
        found.set(replacement.instead, { ...replacement, layers: [...replacement.layers], ...cost, givesUp: [...replacement.givesUp] });
    }
  }
  return [...found.values()];
}
