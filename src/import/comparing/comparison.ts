/**
 * Pods over hosts: ratio or difference, interval where there is one, verdict, and what it rests on.
 * @packageDocumentation
 */
import { medianOf } from "../../statistics/median.js";
import { verdictOf } from "../../statistics/verdict.js";
import type { ComparedSide, ImportComparison } from "../imported.js";
import { importMetric } from "../metrics.js";
import type { Group } from "./groups.js";
import { FEWEST_OUTPUTS, unpairedInterval } from "./unpaired-interval.js";

/** Margin of the verdicts: podwire's for links without a limit, since what limited an imported figure is not known. */
const MARGIN = 0.05;

/** Compares two groups; `weaknesses` are those of putting just these two together. */
export function comparison(pod: Group, host: Group, weaknesses: readonly string[]): ImportComparison {
  const [first] = pod.figures;
  const unit = first?.unit ?? "bit/s";
  const better = first?.better ?? "higher";
  const [podSide, hostSide] = [sideOf(pod), sideOf(host)];
  const share = unit === "%";
  const ratio = share || !(podSide.median > 0) || !(hostSide.median > 0) ? null : podSide.median / hostSide.median;
  const limits =
    ratio === null
      ? undefined
      : unpairedInterval(
          pod.figures.map(({ value }) => value),
          host.figures.map(({ value }) => value),
          ratio,
        );
  const logLimits = limits === undefined ? undefined : { low: Math.log(limits.low), high: Math.log(limits.high) };
  const notes = [...pod.figures, ...host.figures].flatMap((figure) => figure.notes);
  return {
    subject: pod.subject,
    metric: pod.metric,
    title: importMetric(pod.metric)?.title ?? pod.metric,
    unit,
    better,
    path: pod.role === "service" ? "service" : "pod",
    tool: pod.tool === host.tool ? pod.tool : `${pod.tool} (pods), ${host.tool} (hosts)`,
    conditions: first?.conditions ?? {},
    host: hostSide,
    pod: podSide,
    ratio,
    difference: share ? podSide.median - hostSide.median : null,
    low: limits?.low ?? null,
    high: limits?.high ?? null,
    method: limits === undefined ? "none" : "unpaired-t",
    verdict: verdictOf(logLimits, { margin: MARGIN, better }),
    margin: MARGIN,
    reason: reasonOf(podSide, hostSide, { share, ratio, hasInterval: limits !== undefined }),
    weaknesses: [...weaknesses, ...new Set(notes)].slice(0, 8),
  };
}

function reasonOf(pod: ComparedSide, host: ComparedSide, how: { share: boolean; ratio: number | null; hasInterval: boolean }): string {
  if (how.share) return "a share gets a difference, and there are no rounds to judge it by";
  if (how.ratio === null) return "one side is 0, so there is no ratio";
  if (how.hasInterval) return "unpaired: the interval knows the spread of the repeats, not what changed between the two sides";
  const counts = `${String(pod.n)} output of pods and ${String(host.n)} of hosts`;
  if (Math.min(pod.n, host.n) < FEWEST_OUTPUTS) return `${counts}: below ${String(FEWEST_OUTPUTS)} a side no interval can be had`;
  return `${counts}, of which those of a side are all equal: copies of one output or rounded ones, whose spread says nothing`;
}

function sideOf({ figures }: Group): ComparedSide {
  const behind = new Map<string, number>();
  for (const { n, of } of figures) behind.set(of, (behind.get(of) ?? 0) + n);
  return {
    median: medianOf(figures.map(({ value }) => value)) ?? Number.NaN,
    n: figures.length,
    behind: [...behind].map(([of, n]) => `${String(n)} ${n === 1 ? of.replace(/s$/, "") : of}`).join(", "),
    figures: figures.map(({ id }) => id),
  };
}
