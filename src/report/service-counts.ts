/**
 * A cluster's figures by the number of Services, as every report lists them.
 * @packageDocumentation
 */
import type { ServiceCounts, ServiceFigure, ServicePointInCluster } from "../model/service-counts.js";
import type { Summary } from "../model/summary.js";
import { formatCount, formatDuration, formatRatio } from "../units/format.js";

/** A table of texts: a row a number of Services. */
export interface ServiceCountTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What its figures are. */
export const SERVICE_COUNTS_MEANING =
  "Ratios of the path to a Service to the hosts, each from a small run with that many more Services. Those that the cluster already has are not counted, and the time to make them is not part of the budget.";

/** The table of a summary; undefined where no number was asked for. */
export function serviceCountTable({ serviceCounts }: Pick<Summary, "serviceCounts">): ServiceCountTable | undefined {
  if (serviceCounts === undefined || serviceCounts.length === 0) return undefined;
  const metrics = countedMetrics(serviceCounts);
  return {
    head: ["Services", ...metrics, "made in"],
    rows: serviceCounts.map((point) => [
      formatCount(point.services),
      ...metrics.map((metric) => countedText(point, metric)),
      point.seconds === undefined ? "" : formatDuration(point.seconds),
    ]),
  };
}

/** The metrics that have a figure at any number of Services. */
export const countedMetrics = (counts: ServiceCounts): readonly string[] => [
  ...new Set(counts.flatMap(({ figures }) => figures.map(({ metric }) => metric))),
];

/** A metric at one number of Services: its ratio with its limits and rounds, or why there is none. */
export function countedText({ figures, reason }: ServicePointInCluster, metric: string): string {
  const figure = figures.find((one) => one.metric === metric);
  return figure === undefined ? (reason ?? "not measured") : figureText(figure);
}

const figureText = ({ median, low, high, n, reason }: ServiceFigure): string =>
  median === null ? (reason ?? "not measured") : `${formatRatio(median, low, high)} n ${String(n)}`;

/** Why a number has nothing to show at all, one sentence each: where no number has figures there is no column to say it in. */
export const serviceCountGaps = ({ serviceCounts = [] }: Pick<Summary, "serviceCounts">): readonly string[] =>
  serviceCounts.every(({ figures }) => figures.length === 0)
    ? serviceCounts.flatMap(({ services, reason }) => (reason === undefined ? [] : [`${formatCount(services)} Services: ${reason}`]))
    : [];
