/**
 * Which confidence the intervals of a report have: 98.2 % where a cell could be looked at before its end, 95 % where it could not.
 * @packageDocumentation
 */
import type { CellRatio, Summary } from "../model/summary.js";
import { formatPercent } from "../units/format.js";

/** What intervals had in summaries that do not say. */
const UNSAID = 0.95;

/** Confidence of a ratio's interval. */
export const confidenceOf = (ratio: CellRatio): number => ratio.confidence ?? UNSAID;

/** All confidences of these metrics' intervals, the usual one first, with the metrics that have each. */
export function confidences(
  summary: Summary,
  metrics: readonly string[],
): readonly { readonly level: number; readonly metrics: readonly string[] }[] {
  const found = new Map<number, { readonly names: Set<string>; count: number }>();
  for (const cell of summary.modes.flatMap(({ cells }) => cells)) {
    if (!metrics.includes(cell.metric)) continue;
    for (const ratio of [cell.ratio, cell.ratioConfigured]) {
      if (ratio === undefined || (ratio.low === null && ratio.high === null)) continue;
      const known = found.get(confidenceOf(ratio)) ?? { names: new Set<string>(), count: 0 };
      known.names.add(cell.metric);
      known.count += 1;
      found.set(confidenceOf(ratio), known);
    }
  }
  return [...found]
    .sort(([, one], [, other]) => other.count - one.count)
    .map(([level, { names }]) => ({ level, metrics: metrics.filter((name) => names.has(name)) }));
}

/** `98.2 % interval` where all are alike, else `interval`: the legend then says which is which. */
export function intervalName(summary: Summary, metrics: readonly string[]): string {
  const [usual, other] = confidences(summary, metrics);
  return other === undefined ? `${formatPercent(usual?.level ?? UNSAID)} interval` : "interval";
}

/**
 * `98.2 %, 95 % for cells of http, tcp`: what the intervals of these metrics were made with.
 * @param called how a metric is called
 */
export function confidenceText(summary: Summary, metrics: readonly string[], called: (metric: string) => string = (name) => name): string {
  const [usual, ...others] = confidences(summary, metrics);
  if (usual === undefined) return formatPercent(UNSAID);
  const rest = others.map(
    ({ level, metrics: names }) =>
      `${formatPercent(level)} for ${names.length === metrics.length ? "some cells" : `cells of ${names.map(called).join(", ")}`}`,
  );
  return [formatPercent(usual.level), ...rest].join(", ");
}

/** Why an interval has the confidence that it has. */
export const CONFIDENCE_MEANING =
  "98.2 % where a cell may be looked at three times, which together hold 95 %; 95 % where there were rounds for one look only";
