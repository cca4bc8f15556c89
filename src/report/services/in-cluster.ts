/**
 * A cluster's figures by the number of Services on a terminal: all of them, and what belongs on one screen.
 * @packageDocumentation
 */
import { type MetricName, metricName, type Named } from "../../model/metric-names.js";
import type { ServiceCounts, ServicePointInCluster } from "../../model/service-counts.js";
import type { Summary } from "../../model/summary.js";
import { formatCount, formatDuration } from "../../units/format.js";
import { EMPTY_WORDS } from "../question-table.js";
import { countedMetrics, countedText, SERVICE_COUNTS_MEANING } from "../service-counts.js";
import { shortRatio } from "../short-ratio.js";
import type { Room } from "../terminal/room.js";
import { clipped, displayWidth, padEnd, plain, truncate, wrap } from "../terminal/text.js";
import { asFarAsFits, distanceText, GAP, widest } from "./table.js";

const TITLE = "By the number of Services";
const SERVICES = "Services";
const MADE_IN = "made in";

/** How a table says what it shows. */
interface Look {
  readonly metric: (name: string) => string;
  readonly figure: (point: ServicePointInCluster, metric: string) => string;
  /** What stands in place of figures, in lines of so many columns. */
  readonly words: (text: string, width: number) => readonly string[];
}

const IN_FULL: Look = { metric: (name) => name, figure: countedText, words: wrap };

/**
 * A line a number of Services, with limits and rounds; where these have no room beside each other, a sentence a number. Nothing where no number was asked for;
 * else the first line is empty.
 */
export function serviceCountLines(
  { serviceCounts = [] }: Pick<Summary, "serviceCounts">,
  { width, paint }: Pick<Room, "width" | "paint">,
): readonly string[] {
  if (serviceCounts.length === 0) return [];
  const table = aligned(serviceCounts, IN_FULL, width);
  const lines = widest(table) <= width ? table : sentences(serviceCounts, width);
  const meaning = wrap(SERVICE_COUNTS_MEANING, width - GAP.length).map((line) => `${GAP}${line}`);
  return ["", paint("heading", TITLE), ...lines, ...meaning];
}

/**
 * The same for one screen, in words of the field and as far as there is room: ratios with the distance to the farther limit. Nothing where no number was asked
 * for; else the first line is empty.
 */
export function serviceCountDigest({ serviceCounts = [] }: Pick<Summary, "serviceCounts">, scenario: Named, room: Room): readonly string[] {
  if (serviceCounts.length === 0) return [];
  const heading = `${TITLE}: to a Service, ratio to the hosts`;
  return asFarAsFits(
    {
      heading: displayWidth(heading) <= room.width ? heading : TITLE,
      lines: fitted(serviceCounts, scenario, room.width),
      inPlace: `${TITLE}: --full`,
    },
    room,
  );
}

/** How a metric is called, and how where there is less room. */
const NAMES: readonly ((name: MetricName) => string)[] = [
  ({ inWords }) => inWords,
  ({ inWords, headings }) =>
    [inWords, ...headings.map((heading) => heading.join(" "))].reduce((shortest, name) =>
      name.length < shortest.length ? name : shortest,
    ),
];

/** As exact as the width allows: with shorter names of metrics, and then without the distances. */
function fitted(counts: ServiceCounts, scenario: Named, width: number): readonly string[] {
  const tables = [ratioWithDistance, ratioAlone].flatMap((figure) =>
    NAMES.map((nameOf) => aligned(counts, { metric: (name) => nameOf(metricName(name, scenario)), figure, words: inALine }, width)),
  );
  const fits = tables.find((lines) => widest(lines) <= width);
  return fits ?? (tables.at(-1) ?? []).map((line) => truncate(line, width));
}

const inALine = (text: string, width: number): readonly string[] => [clipped(text, width)];

/** The names of the columns, and below them a line a number of Services; what has no figure at all has words in their place. */
function aligned(counts: ServiceCounts, look: Look, width: number): readonly string[] {
  const metrics = countedMetrics(counts);
  const made = counts.some((point) => hasFigures(point) && point.seconds !== undefined) ? [MADE_IN] : [];
  const head = [SERVICES, ...metrics.map((metric) => plain(look.metric(metric))), ...made];
  const rows = counts.map((point) => [
    numberOf(point),
    ...(hasFigures(point) ? [...metrics.map((metric) => plain(look.figure(point, metric))), ...madeIn(point)] : []),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => displayWidth(row[column] ?? ""))));
  const line = (row: readonly string[]): string => row.map((text, column) => `${GAP}${padEnd(text, widths[column] ?? 0)}`).join("");
  return [
    line(head).trimEnd(),
    ...counts.flatMap((point, index) => {
      const start = line(rows[index] ?? []);
      if (hasFigures(point)) return [start.trimEnd()];
      const before = displayWidth(start) + GAP.length;
      return look.words(insteadOf(point), width - before).map((text, part) => `${padEnd(part === 0 ? start : "", before)}${text}`);
    }),
  ];
}

/** `1 000 Services: tcp 0.970 [0.960, 0.980] n 12; http 0.810 [0.790, 0.830] n 12; made in 12 s`. */
function sentences(counts: ServiceCounts, width: number): readonly string[] {
  const metrics = countedMetrics(counts);
  return counts.flatMap((point) => {
    const figures = metrics.map((metric) => `${metric} ${countedText(point, metric)}`);
    const made = madeIn(point).map((time) => `${MADE_IN} ${time}`);
    const said = hasFigures(point) ? [...figures, ...made].join("; ") : insteadOf(point);
    return wrap(`${numberOf(point)} ${SERVICES}: ${said}`, width - GAP.length, GAP).map((line) => `${GAP}${line}`);
  });
}

const hasFigures = ({ figures }: ServicePointInCluster): boolean => figures.length > 0;

const numberOf = ({ services }: ServicePointInCluster): string => plain(formatCount(services));

const madeIn = ({ seconds }: ServicePointInCluster): readonly string[] => (seconds === undefined ? [] : [formatDuration(seconds)]);

/** Why a number of Services has no figure. */
const insteadOf = (point: ServicePointInCluster): string =>
  [plain(point.reason ?? "not measured"), ...madeIn(point).map((time) => `${MADE_IN} ${time}`)].join("; ");

const ratioAlone: Look["figure"] = ({ figures }, metric) => {
  const figure = figures.find((one) => one.metric === metric);
  if (figure === undefined) return EMPTY_WORDS["not-measured"];
  return figure.median === null ? EMPTY_WORDS["no-ratio"] : shortRatio(figure.median);
};

const ratioWithDistance: Look["figure"] = (point, metric) => {
  const figure = point.figures.find((one) => one.metric === metric);
  const behind = figure === undefined || figure.median === null ? "" : distanceText(figure.median, figure.low, figure.high);
  return `${ratioAlone(point, metric)}${behind}`;
};
