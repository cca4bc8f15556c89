/**
 * What every report shows, before it is decided how: the metrics as columns and the modes as rows.
 * @packageDocumentation
 */
import { findMetric, findSearchMetric, metricsOf, WORKLOADS } from "../model/metric.js";
import type { Run } from "../model/run.js";
import type { Cell, Summary } from "../model/summary.js";
import type { Mode } from "../modes/contract.js";
import type { Unit } from "../units/quantity.js";

/** What a report says about a mode beyond its figures. The catalogue of modes fits. */
export type ModeNotes = Pick<Mode, "name" | "title" | "requires" | "givesUp" | "deviations">;

/** Headings under which metrics stand together. */
export const METRIC_FAMILIES = ["Throughput", "Latency", "HTTP", "CPU cost", "Other"] as const;
/** One of {@link METRIC_FAMILIES}. */
export type MetricFamily = (typeof METRIC_FAMILIES)[number];

/** One metric of a report. */
export interface MetricColumn {
  readonly name: string;
  /** What the number is, in one line. */
  readonly title: string;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  readonly family: MetricFamily;
  /** Whether it is the first figure of its workload or found by a search: what a short table shows. */
  readonly main: boolean;
  /** The bare host's cell; undefined where the host has none. */
  readonly host: Cell | undefined;
  /** Margin of the verdicts as a fraction; undefined where no mode has a ratio. */
  readonly margin: number | undefined;
  /** Rounds behind the ratios: least and most over the modes. */
  readonly rounds: { readonly least: number; readonly most: number } | undefined;
}

/** A mode of the summary. */
export type ModeResult = Summary["modes"][number];

/** Metrics that one family holds, in table order. */
export interface FamilyColumns {
  readonly family: MetricFamily;
  readonly columns: readonly MetricColumn[];
}

const MAIN_METRICS = new Set(WORKLOADS.map((name) => metricsOf(name)[0]?.name));

/** The cell of a mode's own traffic: pod to pod, and host to host for the bare host. */
export function cellOf(mode: ModeResult, metric: string): Cell | undefined {
  const path = mode.mode === "host" ? "host-host" : "pod-pod";
  return mode.cells.find((cell) => cell.metric === metric && cell.path === path);
}

/** The cell of a mode's nodes themselves, with their rules; only where the second baseline was measured. */
export function configuredCellOf(mode: ModeResult, metric: string): Cell | undefined {
  return mode.mode === "host" ? undefined : mode.cells.find((cell) => cell.metric === metric && cell.path === "host-host");
}

/** The metrics of a summary: first as the run's scenario lists them, then any other that has a cell. */
export function columnsOf(summary: Summary, run: Run): readonly MetricColumn[] {
  const present = new Set(summary.modes.flatMap((mode) => mode.cells.map((cell) => cell.metric)));
  const asked = run.scenario.metrics.filter((name) => present.has(name));
  return [...new Set([...asked, ...present])].flatMap((name) => {
    const cells = summary.modes.flatMap((mode) => mode.cells.filter((cell) => cell.metric === name));
    const first = cells[0];
    return first === undefined ? [] : [column(name, first, cells, summary)];
  });
}

function column(name: string, first: Cell, cells: readonly Cell[], summary: Summary): MetricColumn {
  const ratios = cells.flatMap((cell) => (cell.ratio === undefined ? [] : [cell.ratio]));
  const counts = ratios.map((ratio) => ratio.n);
  const host = summary.modes.find((mode) => mode.mode === "host");
  return {
    name,
    title: (findMetric(name) ?? findSearchMetric(name))?.title ?? name,
    unit: first.unit,
    better: first.better,
    family: familyOf(name),
    main: MAIN_METRICS.has(name) || findSearchMetric(name) !== undefined,
    host: host === undefined ? undefined : cellOf(host, name),
    margin: ratios[0]?.margin,
    rounds: counts.length === 0 ? undefined : { least: Math.min(...counts), most: Math.max(...counts) },
  };
}

function familyOf(name: string): MetricFamily {
  if (name.endsWith(".cpu")) return "CPU cost";
  if (name.startsWith("latency")) return "Latency";
  if (name.startsWith("http")) return "HTTP";
  return (findMetric(name) ?? findSearchMetric(name)) === undefined ? "Other" : "Throughput";
}

/** The same columns by family; families without a metric are left out. */
export function byFamily(columns: readonly MetricColumn[]): readonly FamilyColumns[] {
  return METRIC_FAMILIES.map((family) => ({ family, columns: columns.filter((one) => one.family === family) })).filter(
    (one) => one.columns.length > 0,
  );
}

/** What a short table shows: the first figure of each workload, or everything where that would leave nothing. */
export function mainColumns(columns: readonly MetricColumn[]): readonly MetricColumn[] {
  const main = columns.filter((one) => one.main);
  return main.length > 0 ? main : columns;
}

/** Measured modes without the host: the ranked ones best first, then the others as the run lists them. */
export function rowsOf(summary: Summary): readonly ModeResult[] {
  const measured = summary.modes.filter((mode) => mode.status === "measured" && mode.mode !== "host");
  const place = new Map(summary.ranking.map((entry, index) => [entry.mode, index]));
  const placeOf = (mode: ModeResult): number => place.get(mode.mode) ?? Number.MAX_SAFE_INTEGER;
  return measured
    .map((mode, index) => ({ mode, index }))
    .sort((a, b) => placeOf(a.mode) - placeOf(b.mode) || a.index - b.index)
    .map(({ mode }) => mode);
}
