/**
 * Every observation as a line of CSV (RFC 4180), with the unit of each column in its head.
 * @packageDocumentation
 */
import { findMetric, METRICS } from "../../model/metric.js";
import type { Observation, Run } from "../../model/run.js";

/** A column: its head, and the field of an observation; undefined is an empty field. */
interface Column {
  readonly head: string;
  value(observation: Observation): string | number | undefined;
}

const WHICH: readonly Column[] = [
  { head: "workload", value: (one) => one.workload },
  { head: "round", value: (one) => one.round },
  { head: "position", value: (one) => one.position },
  { head: "mode", value: (one) => one.mode },
  { head: "path", value: (one) => one.path },
];
/** What is only written down where it tells observations apart. */
const APART: readonly Column[] = [
  { head: "how", value: (one) => one.how },
  { head: "condition", value: (one) => one.condition },
];
const WHEN: readonly Column[] = [
  { head: "startedAt (s)", value: (one) => one.startedAt },
  { head: "elapsed (s)", value: (one) => one.elapsed },
];
const LAST: readonly Column[] = [
  { head: "work (in the workload's unit of work)", value: (one) => one.work },
  { head: "cpu.busy (s)", value: (one) => one.cpu.busy },
  { head: "cpu.softirq (s)", value: (one) => one.cpu.softirq },
  { head: "cpu.steal (s)", value: (one) => one.cpu.steal },
  { head: "cpu.idle (s)", value: (one) => one.cpu.idle },
  { head: "counts.offered", value: (one) => one.counts?.offered },
  { head: "counts.forwarded", value: (one) => one.counts?.forwarded },
  { head: "counts.lost", value: (one) => one.counts?.lost },
  { head: "counts.failed", value: (one) => one.counts?.failed },
  { head: "samples in the histogram", value: (one) => one.histogram?.reduce((sum, [, count]) => sum + count, 0) },
  { head: "error", value: (one) => one.error },
];

/** The observations of a run in their order. Lines end with CR LF, as the RFC says; there is always a head. */
export function renderCsv(run: Run): string {
  const apart = APART.filter((column) => run.observations.some((one) => column.value(one) !== undefined));
  const columns = [...WHICH, ...apart, ...WHEN, ...metricColumns(run), ...percentileColumns(run), ...factColumns(run), ...LAST];
  const lines = [columns.map((column) => column.head), ...run.observations.map((one) => columns.map((column) => column.value(one)))];
  return lines.map((fields) => `${fields.map(field).join(",")}\r\n`).join("");
}

/** Metrics that observations hold as values, known ones in table order. */
function metricColumns(run: Run): readonly Column[] {
  const seen = new Set(run.observations.flatMap((one) => Object.keys(one.values)));
  const names = [...METRICS.map((metric) => metric.name).filter((name) => seen.delete(name)), ...seen];
  return names.map((name) => ({ head: `${name} (${findMetric(name)?.unit ?? "unit unknown"})`, value: (one) => one.values[name] }));
}

/** Percentile metrics whose observations hold histograms instead: each observation's own, where it has samples enough. */
function percentileColumns(run: Run): readonly Column[] {
  return METRICS.flatMap((metric): Column[] => {
    const { estimator } = metric;
    if (estimator.kind !== "percentile") return [];
    const value = (one: Observation): number | undefined =>
      one.workload === metric.workload && !(metric.name in one.values) ? percentile(one.histogram ?? [], estimator.p) : undefined;
    return run.observations.some((one) => value(one) !== undefined)
      ? [{ head: `${metric.name} of this observation (${metric.unit})`, value }]
      : [];
  });
}

/** The least value that the share `p` of samples does not exceed; undefined below 20 / (1 - p) samples. */
function percentile(histogram: readonly (readonly [number, number])[], p: number): number | undefined {
  const total = histogram.reduce((sum, [, count]) => sum + count, 0);
  if (total < 20 / (1 - p)) return undefined;
  let seen = 0;
  return histogram.find(([, count]) => {
    seen += count;
    return seen >= p * total;
  })?.[0];
}

function factColumns(run: Run): readonly Column[] {
  const names = [...new Set(run.observations.flatMap((one) => Object.keys(one.facts ?? {})))].sort();
  return names.map((name) => ({ head: `facts.${name}`, value: (one) => one.facts?.[name] }));
}

/** A field, quoted where it must be. Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers. */
function field(value: string | number | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const harmless = /^\s*[=+\-@\t\r|%]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}
