/**
 * The questions that a short table asks, in the order of its columns.
 * @packageDocumentation
 */
import { findMetric, findSearchMetric, metricsOf, WORKLOADS, type WorkloadName } from "../model/metric.js";
import { type MetricName, metricName, type Named, workloadName } from "../model/metric-names.js";
import type { Unit } from "../units/quantity.js";

/** One column of a short table. */
export interface Question extends MetricName {
  /** The metric's name: for machine output alone. */
  readonly metric: string;
  readonly better: "higher" | "lower";
  /** Unit of the absolute figures. */
  readonly unit: Unit;
}

/** What people ask of a network, in the order of their columns. */
const ASKED = ["tcp", "tcp-open", "pps", "latency.tcp.p50", "http", "http-keepalive", "http.cpu"] as const;

/** No short table has more columns. */
export const MOST_QUESTIONS = ASKED.length;

/**
 * The metrics that a short table shows, of those that a run has: the main questions; where there is room beside them, the first figure of every other
 * workload and what searches found; of a run that has none of these, whatever it has.
 */
export function askedOf(present: readonly string[]): readonly string[] {
  const main = ASKED.filter((name) => present.includes(name));
  const beside = present.filter((name) => !main.some((one) => one === name) && isFirst(name));
  const [shown, extra] = [main.filter(isNotCost), main.filter((name) => !isNotCost(name))];
  const known = [...shown, ...beside.slice(0, MOST_QUESTIONS - main.length), ...extra];
  return (shown.length + beside.length > 0 ? known : present).slice(0, MOST_QUESTIONS);
}

const isNotCost = (name: string): boolean => findMetric(name)?.estimator.kind !== "cpu";

/** Whether it is a workload's first figure, or found by a search. */
function isFirst(name: string): boolean {
  if (findSearchMetric(name) !== undefined) return true;
  return WORKLOADS.some((workload) => metricsOf(workload)[0]?.name === name);
}

/** How the load of a workload is called inside of a sentence: all percentiles of round trips come from the same ones. */
export const loadInWords = (workload: WorkloadName, scenario: Named): string =>
  workloadName(workload, scenario).inWords.replace(/ p50$/, "s");

/** How a metric is called in a run of this scenario. */
export function questionOf(metric: string, scenario: Named): Question {
  const known = findMetric(metric) ?? findSearchMetric(metric);
  return { metric, ...metricName(metric, scenario), better: known?.better ?? "higher", unit: known?.unit ?? "bit/s" };
}
