/**
 * What every report shows, before it is decided how: the metrics as columns, and as rows the modes of a lab or the paths of a cluster.
 * @packageDocumentation
 */
import { findMetric, findSearchMetric } from "../model/metric.js";
import { isBaseline, type PathName, pathTitle } from "../model/path.js";
import type { Run } from "../model/run.js";
import { hasServicePath, shownPath } from "../model/shown-path.js";
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
  /** What is compared with, as {@link baselinesOf} names it: its cells in that order, undefined where there is none. */
  readonly hosts: readonly (Cell | undefined)[];
  /** What the generators were held to, bit/s; undefined where they were not. */
  readonly cappedAt: number | undefined;
  /** Margin of the verdicts as a fraction; undefined where no mode has a ratio. */
  readonly margin: number | undefined;
  /** Rounds behind the ratios: least and most over the modes. */
  readonly rounds: { readonly least: number; readonly most: number } | undefined;
}

/** A row: a mode of a lab, or a path of a cluster. */
export interface ReportRow {
  /** The mode's name, or the path's. */
  readonly name: string;
  /** A path in words; undefined for modes, which the catalogue describes. */
  readonly caption: string | undefined;
  /** The cell of the mode's pods, or of the path: that to a Service where the mode has a layer that carries Services and the metric has it. */
  readonly cell: (metric: string) => Cell | undefined;
  /** From pod to pod, beside the path to a Service; undefined where {@link ReportRow.cell} is that already. */
  readonly podToPod?: (metric: string) => Cell | undefined;
  /** The cell of a mode's nodes themselves, with their rules; only where the second baseline was measured. */
  readonly ownHosts: (metric: string) => Cell | undefined;
}

/** Metrics that one family holds, in table order. */
export interface FamilyColumns {
  readonly family: MetricFamily;
  readonly columns: readonly MetricColumn[];
}

/** The mode that is the bare host. */
export const HOST = "host";

/** What is said behind the metrics of a mode's own hosts, which share its name. */
export const OWN_HOSTS = " (its own hosts)";

/** What rows are, in the plural. */
export const rowWord = (summary: Summary): "modes" | "paths" => (summary.venue === "cluster" ? "paths" : "modes");

/** What ratios are taken to, in words. */
export const hostWords = (summary: Summary): string => (summary.venue === "cluster" ? "the hosts' own path" : "the bare host");

type ModeResult = Summary["modes"][number];

const onPath =
  ({ cells }: ModeResult, path: PathName) =>
  (metric: string): Cell | undefined =>
    cells.find((cell) => cell.metric === metric && cell.path === path);

const NONE = (): undefined => undefined;

/**
 * In which row a cell stands, and what must be said beside its metric's name: a mode's own hosts share its name, and so does the other path of a mode with
 * Services.
 */
export function placeOf(
  { venue, modes }: Summary,
  mode: string,
  { path, metric }: Pick<Cell, "path" | "metric">,
): { readonly row: string; readonly remark: string } {
  if (venue === "cluster") return { row: path, remark: "" };
  if (path === "host-host") return { row: mode, remark: mode === HOST ? "" : OWN_HOSTS };
  const result = modes.find((one) => one.mode === mode);
  const isShown = result === undefined || path === shownPath(result, metric);
  return { row: mode, remark: isShown ? "" : ` (${path === "pod-service" ? "to a Service" : "pod to pod"})` };
}

/** What is compared with: the bare host of a lab, or the hosts' own paths of a cluster. */
export function baselinesOf(summary: Summary): readonly ReportRow[] {
  if (summary.venue === "cluster") return pathsOf(summary).filter(({ name }) => isBaseline(name));
  const host = summary.modes.find(({ mode }) => mode === HOST);
  return [{ name: HOST, caption: undefined, cell: host === undefined ? NONE : onPath(host, "host-host"), ownHosts: NONE }];
}

/** The paths of a cluster's mode as its cells list them. */
function pathsOf(summary: Summary): readonly (ReportRow & { readonly name: PathName })[] {
  return summary.modes.flatMap((mode) =>
    [...new Set(mode.cells.map(({ path }) => path))].map((path) => ({
      name: path,
      caption: pathTitle(path),
      cell: onPath(mode, path),
      ownHosts: NONE,
    })),
  );
}

/** The metrics of a summary: first as the run's scenario lists them, then any other that has a cell. */
export function columnsOf(summary: Summary, run: Run): readonly MetricColumn[] {
  const present = new Set(summary.modes.flatMap((mode) => mode.cells.map((cell) => cell.metric)));
  const asked = run.scenario.metrics.filter((name) => present.has(name));
  return [...new Set([...asked, ...present])].flatMap((name) => {
    const cells = summary.modes.flatMap((mode) => mode.cells.filter((cell) => cell.metric === name));
    const first = cells[0];
    return first === undefined ? [] : [column(name, first, cells, { summary, run })];
  });
}

function column(name: string, first: Cell, cells: readonly Cell[], shown: { readonly summary: Summary; readonly run: Run }): MetricColumn {
  const ratios = cells.flatMap((cell) => (cell.ratio === undefined ? [] : [cell.ratio]));
  const counts = ratios.map((ratio) => ratio.n);
  return {
    name,
    title: titleOf(name, shown),
    unit: first.unit,
    better: first.better,
    family: familyOf(name),
    hosts: baselinesOf(shown.summary).map((row) => row.cell(name)),
    cappedAt: cells.find((cell) => cell.cappedAt !== undefined)?.cappedAt,
    margin: ratios[0]?.margin,
    rounds: counts.length === 0 ? undefined : { least: Math.min(...counts), most: Math.max(...counts) },
  };
}

/**
 * What a metric is. Its title speaks of the lab's two links and one machine; a cluster has links of its own and a machine at each end. Older runs have CPU
 * costs from which nothing is subtracted.
 */
function titleOf(name: string, { summary, run }: { readonly summary: Summary; readonly run: Run }): string {
  const metric = findMetric(name);
  const net = metric?.estimator.kind === "cpu" && run.idle !== undefined ? ", less what is used without load" : "";
  const title = `${plainTitle(name)}${net}`;
  if (summary.venue === "lab") return title;
  return title.replace(/, (?:capped link|uncapped)(?= \()/, "").replace("whole machine,", "the whole machines at both ends,");
}

/** The title of a metric without its codename: the heading beside it says of which load it is. */
export const plainTitle = (name: string): string =>
  (findMetric(name) ?? findSearchMetric(name))?.title.replace(/^CPU cost of \S+: /, "CPU time of the ") ?? name;

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

/**
 * What is compared. In a lab measured modes without the host: the ranked ones best first, then the others as the run lists them. In a cluster
 * its paths, in their order.
 */
export function rowsOf(summary: Summary): readonly ReportRow[] {
  if (summary.venue === "cluster") return pathsOf(summary).filter(({ name }) => !isBaseline(name));
  const measured = summary.modes.filter(({ mode, status }) => (status === "measured" || status === "broken") && mode !== HOST);
  const place = new Map(summary.ranking.map((entry, index) => [entry.mode, index]));
  const placeOf = (mode: ModeResult): number => place.get(mode.mode) ?? Number.MAX_SAFE_INTEGER;
  return measured
    .map((mode, index) => ({ mode, index }))
    .sort((a, b) => placeOf(a.mode) - placeOf(b.mode) || a.index - b.index)
    .map(({ mode }) => ({
      name: mode.mode,
      caption: undefined,
      cell: (metric: string) => onPath(mode, shownPath(mode, metric))(metric),
      ...(hasServicePath(mode) ? { podToPod: onPath(mode, "pod-pod") } : {}),
      ownHosts: onPath(mode, "host-host"),
    }));
}
