/**
 * Figures by the number of Services as tables of the terminal.
 * @packageDocumentation
 */
import { metricName, type Named } from "../../model/metric-names.js";
import type { Summary } from "../../model/summary.js";
import { formatCount, formatDuration, formatQuantityShort } from "../../units/format.js";
import { fartherLimit } from "../question-table.js";
import type { Paint } from "../terminal/paint.js";
import { displayWidth, padEnd, plain, truncate, truncateMiddle } from "../terminal/text.js";
import { countsOf, type ServiceChart, type ServicePoint, serviceCharts } from "./lines.js";

const GAP = "  ";

/** The tables, each under its heading; nothing where no way of carrying Services was measured at two numbers of them. */
export function serviceTables(summary: Summary, paint: Paint): readonly string[] {
  const charts = serviceCharts(summary);
  const [first] = charts;
  if (first === undefined) return [];
  return [
    ...charts.flatMap((chart) => under(`${chart.title}, by the number of Services`, aligned(chart, figureWithDistance(chart)), paint)),
    ...under("Loading, which no budget counts", aligned(first, loadingText), paint),
  ];
}

/** Where the digest stands. */
export interface ServiceDigestSetting {
  readonly width: number;
  readonly paint: Paint;
  /** Lines that it may have; where they are fewer than two it has two all the same. */
  readonly most: number;
}

/** The empty line, the heading, and the numbers of Services. */
const ABOVE_ROWS = 3;

/**
 * What belongs on one screen: the first table, as far as there is room, and how many more there are. Nothing where there is none; else the first line is
 * empty.
 */
export function serviceDigest(summary: Summary, scenario: Named, { width, paint, most }: ServiceDigestSetting): readonly string[] {
  const charts = serviceCharts(summary);
  const [first] = charts;
  if (first === undefined) return [];
  const { inWords } = metricName(first.metric, scenario);
  const room = most - ABOVE_ROWS;
  const [head = "", ...rows] = fitted(first, width);
  if (room < Math.min(2, rows.length)) return ["", paint("quiet", truncate(`${inWords} by the number of Services: --full`, width))];
  const hidden = rows.length > room ? rows.length - room + 1 : 0;
  // Each other chart is a table of --full, and so is what loading took.
  const others = charts.length;
  const long = `${inWords} by the number of Services (${String(others)} more ${others === 1 ? "table" : "tables"}: --full)`;
  const heading = displayWidth(long) <= width ? long : truncate(`By Services: ${inWords} (${String(others)} more: --full)`, width);
  return [
    ...under(heading, [head, ...rows.slice(0, rows.length - hidden)], paint),
    ...(hidden === 0 ? [] : [paint("quiet", `${GAP}and ${String(hidden)} more: --full`)]),
  ];
}

/** Columns of the lines; without UTF-8 `±` takes two. */
const widest = (lines: readonly string[]): number => Math.max(...lines.map((line) => displayWidth(line.replaceAll("±", "+-"))));
/** Shorter than this a label says nothing. */
const LEAST_LABEL = 16;

/** As exact as the width allows: without the distances where they have no room, and then with shorter labels. */
function fitted(chart: ServiceChart, width: number): readonly string[] {
  const whole = aligned(chart, figureWithDistance(chart));
  if (widest(whole) <= width) return whole;
  const brief = aligned(chart, figureAlone(chart));
  const label = Math.max(...chart.lines.map((line) => displayWidth(plain(line.label))));
  return aligned(chart, figureAlone(chart), Math.max(LEAST_LABEL, label - Math.max(0, widest(brief) - width))).map((line) =>
    truncate(line, width),
  );
}

/** The numbers of Services, and below them a line a way of carrying them. */
function aligned(chart: ServiceChart, cell: (point: ServicePoint) => string, mostOfLabel = Number.POSITIVE_INFINITY): readonly string[] {
  const counts = countsOf(chart);
  const head = ["", ...counts.map(formatCount)];
  const rows = chart.lines.map(({ label, points }) => [
    truncateMiddle(plain(label), mostOfLabel),
    ...counts.map((count) => {
      const point = points.find(({ services }) => services === count);
      return point === undefined ? "-" : cell(point);
    }),
  ]);
  const widths = head.map((_, index) => Math.max(...[head, ...rows].map((row) => displayWidth(row[index] ?? ""))));
  return [head, ...rows].map((texts) => `${GAP}${texts.map((text, index) => padEnd(text, widths[index] ?? 0)).join(GAP)}`.trimEnd());
}

const under = (heading: string, [head = "", ...rows]: readonly string[], paint: Paint): readonly string[] => [
  "",
  paint("heading", heading),
  paint("quiet", head),
  ...rows,
];

const figureAlone =
  ({ unit }: ServiceChart) =>
  ({ value, why }: ServicePoint): string =>
    value === undefined ? why : formatQuantityShort(value, unit);

const figureWithDistance =
  (chart: ServiceChart) =>
  (point: ServicePoint): string => {
    const { value, low, high } = point;
    const distance = value === undefined ? undefined : fartherLimit(value, low, high);
    const behind = distance === undefined || !Number.isFinite(distance) ? "" : ` ±${String(distance)}%`;
    return `${figureAlone(chart)(point)}${behind}`;
  };

const loadingText = ({ loading }: ServicePoint): string => (loading === undefined ? "-" : formatDuration(loading));
