/**
 * Figures by the number of Services as tables of the terminal.
 * @packageDocumentation
 */
import type { Summary } from "../../model/summary.js";
import { formatCount, formatDuration, formatQuantityShort } from "../../units/format.js";
import { fartherLimit } from "../question-table.js";
import type { Paint } from "../terminal/paint.js";
import { displayWidth, padEnd, plain } from "../terminal/text.js";
import { countsOf, type ServiceChart, type ServicePoint, serviceCharts } from "./lines.js";

const GAP = "  ";

/** The tables, each under its heading; nothing where no way of carrying Services was measured at two numbers of them. */
export function serviceTables(summary: Summary, paint: Paint): readonly string[] {
  const charts = serviceCharts(summary);
  const [first] = charts;
  if (first === undefined) return [];
  return [
    ...charts.flatMap((chart) => tableOf(`${chart.title}, by the number of Services`, chart, (point) => cellText(chart, point), paint)),
    ...tableOf("Loading, which no budget counts", first, loadingText, paint),
  ];
}

function tableOf(heading: string, chart: ServiceChart, cell: (point: ServicePoint) => string, paint: Paint): readonly string[] {
  const counts = countsOf(chart);
  const head = ["", ...counts.map(formatCount)];
  const rows = chart.lines.map(({ label, points }) => [
    plain(label),
    ...counts.map((count) => {
      const point = points.find(({ services }) => services === count);
      return point === undefined ? "-" : cell(point);
    }),
  ]);
  const widths = head.map((_, index) => Math.max(...[head, ...rows].map((row) => displayWidth(row[index] ?? ""))));
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => padEnd(text, widths[index] ?? 0))
      .join(GAP)
      .trimEnd();
  return ["", paint("heading", heading), paint("quiet", `  ${line(head)}`), ...rows.map((row) => `  ${line(row)}`)];
}

function cellText({ unit }: ServiceChart, { value, low, high, why }: ServicePoint): string {
  if (value === undefined) return why;
  const distance = fartherLimit(value, low, high);
  const width = distance === undefined || !Number.isFinite(distance) ? "" : ` ±${String(distance)}%`;
  return `${formatQuantityShort(value, unit)}${width}`;
}

const loadingText = ({ loading }: ServicePoint): string => (loading === undefined ? "-" : formatDuration(loading));
