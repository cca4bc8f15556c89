/**
 * Figures by the number of Services as tables of the terminal.
 * @packageDocumentation
 */
import { metricName, type Named } from "../../model/metric-names.js";
import type { Summary } from "../../model/summary.js";
import { formatCount, formatDuration, formatQuantityShort } from "../../units/format.js";
import { columnBlocks } from "../terminal/column-blocks.js";
import type { Room } from "../terminal/room.js";
import { displayWidth, padEnd, plain, truncate, truncateMiddle, wrap } from "../terminal/text.js";
import { countsOf, type ServiceChart, type ServiceLine, type ServicePoint, serviceCharts } from "./lines.js";
import { asFarAsFits, distanceText, GAP, widest } from "./table.js";

/** What is shown of a point. */
type Cell = (point: ServicePoint) => string;

/** The tables, each under its heading, none wider than the terminal; nothing where no way of carrying Services was measured at two numbers of them. */
export function serviceTables(summary: Summary, { width, paint }: Pick<Room, "width" | "paint">): readonly string[] {
  const charts = serviceCharts(summary);
  const [first] = charts;
  if (first === undefined) return [];
  const table = (title: string, chart: ServiceChart, cell: Cell): readonly string[] => [
    "",
    ...wrap(title, width).map((line) => paint("heading", line)),
    ...inBlocks(chart, cell, width).flatMap(([head = "", ...rows], block) => [...(block === 0 ? [] : [""]), paint("quiet", head), ...rows]),
  ];
  return [
    ...charts.flatMap((chart) => table(`${chart.title}, by the number of Services`, chart, figureWithDistance(chart))),
    ...table("Loading, which no budget counts", first, loadingText),
  ];
}

/**
 * What belongs on one screen: the first table, as far as there is room, and how many more there are. Nothing where there is none; else the first line is
 * empty.
 */
export function serviceDigest(summary: Summary, scenario: Named, room: Room): readonly string[] {
  const charts = serviceCharts(summary);
  const [first] = charts;
  if (first === undefined) return [];
  const { width } = room;
  const { inWords } = metricName(first.metric, scenario);
  // Each other chart is a table of --full, and so is what loading took.
  const others = charts.length;
  const long = `${inWords} by the number of Services (${String(others)} more ${others === 1 ? "table" : "tables"}: --full)`;
  const heading = displayWidth(long) <= width ? long : truncate(`By Services: ${inWords} (${String(others)} more: --full)`, width);
  return asFarAsFits({ heading, lines: fitted(first, width), inPlace: `${inWords} by the number of Services: --full` }, room);
}

/** Shorter than this a label says nothing. */
const LEAST_LABEL = 16;

const widestLabel = ({ lines }: ServiceChart): number => Math.max(...lines.map(({ label }) => displayWidth(plain(label))));

/** As exact as the width allows: without the distances where they have no room, and then with shorter labels. */
function fitted(chart: ServiceChart, width: number): readonly string[] {
  const whole = aligned(chart, figureWithDistance(chart));
  if (widest(whole) <= width) return whole;
  const brief = aligned(chart, figureAlone(chart));
  const label = Math.max(LEAST_LABEL, widestLabel(chart) - Math.max(0, widest(brief) - width));
  return aligned(chart, figureAlone(chart), { label }).map((line) => truncate(line, width));
}

/** The whole table: where it is too wide, its columns in blocks below each other, with labels as short as one column makes them. */
function inBlocks(chart: ServiceChart, cell: Cell, width: number): readonly (readonly string[])[] {
  const columns = countsOf(chart).map((count) => ({
    count,
    width: widest([formatCount(count), ...chart.lines.map((line) => textAt(line, count, cell))]),
  }));
  const room = width - 2 * GAP.length - Math.max(...columns.map((column) => column.width));
  const label = Math.min(widestLabel(chart), Math.max(LEAST_LABEL, room));
  return columnBlocks(columns, width - GAP.length - label, GAP.length).map((block) =>
    aligned(chart, cell, { counts: block.map(({ count }) => count), label }),
  );
}

/** How much of a chart a table has; all of it where nothing is said. */
interface Extent {
  readonly counts?: readonly number[];
  /** Columns of the longest label. */
  readonly label?: number;
}

/** The numbers of Services, and below them a line a way of carrying them. */
function aligned(
  chart: ServiceChart,
  cell: Cell,
  { counts = countsOf(chart), label = Number.POSITIVE_INFINITY }: Extent = {},
): readonly string[] {
  const head = ["", ...counts.map(formatCount)];
  const rows = chart.lines.map((line) => [truncateMiddle(plain(line.label), label), ...counts.map((count) => textAt(line, count, cell))]);
  const widths = head.map((_, index) => Math.max(...[head, ...rows].map((row) => displayWidth(row[index] ?? ""))));
  return [head, ...rows].map((texts) => `${GAP}${texts.map((text, index) => padEnd(text, widths[index] ?? 0)).join(GAP)}`.trimEnd());
}

function textAt({ points }: ServiceLine, count: number, cell: Cell): string {
  const point = points.find(({ services }) => services === count);
  return point === undefined ? "-" : cell(point);
}

const figureAlone =
  ({ unit }: ServiceChart): Cell =>
  ({ value, why }) =>
    value === undefined ? why : formatQuantityShort(value, unit);

const figureWithDistance =
  (chart: ServiceChart): Cell =>
  (point) =>
    `${figureAlone(chart)(point)}${point.value === undefined ? "" : distanceText(point.value, point.low, point.high)}`;

const loadingText: Cell = ({ loading }) => (loading === undefined ? "-" : formatDuration(loading));
