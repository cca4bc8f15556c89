/**
 * The plot of one metric by the number of Services as SVG. Lines differ in their marks and dashes, so that none depends on colour; the table below the plot has
 * every figure.
 * @packageDocumentation
 */
import { formatCount, formatQuantityShort } from "../../units/format.js";
import { EMPTY, html, type Markup } from "../markup.js";
import { countsOf, type ServiceChart, type ServiceLine, type ServicePoint } from "./lines.js";

/** The drawing's own units; it is as wide as what it stands in. */
const FRAME = { width: 640, height: 300, left: 70, right: 14, top: 12, bottom: 34 } as const;
/** Share of the axis between no Service, which has no logarithm, and the fewest. */
const ZERO_GAP = 0.16;

/** Marks by the line's place. */
const MARKS: readonly Markup[] = [
  html`<circle r="4"/>`,
  html`<rect x="-3.6" y="-3.6" width="7.2" height="7.2"/>`,
  html`<path d="M0 -4.8L-4.8 3.8H4.8Z"/>`,
  html`<path d="M0 4.8L-4.8 -3.8H4.8Z"/>`,
  html`<path d="M0 -5.2L5.2 0L0 5.2L-5.2 0Z"/>`,
  html`<path d="M-4.2 -4.2L4.2 4.2M4.2 -4.2L-4.2 4.2"/>`,
];
const DASHES = ["none", "7 3", "2 3", "10 3 2 3", "4 2", "1 4"] as const;

const markOf = (index: number): Markup => MARKS[index % MARKS.length] ?? EMPTY;
const dashOf = (index: number): string => DASHES[index % DASHES.length] ?? "none";

/** The plot with the key to its lines. */
export function serviceChart(chart: ServiceChart): Markup {
  const axes = axesOf(chart);
  const { width, height, left, right, top, bottom } = FRAME;
  const across = axes.ticksY.map(
    (value) =>
      html`<line class="grid" x1="${String(left)}" x2="${String(width - right)}" y1="${at(axes.y(value))}" y2="${at(axes.y(value))}"/><text class="up" x="${String(left - 8)}" y="${at(axes.y(value) + 4)}">${formatQuantityShort(value, chart.unit)}</text>`,
  );
  const along = countsOf(chart).map(
    (count) => html`<text class="along" x="${at(axes.x(count))}" y="${String(height - bottom + 20)}">${formatCount(count)}</text>`,
  );
  const host = html`<line class="host" x1="${String(left)}" x2="${String(width - right)}" y1="${at(axes.y(chart.host))}" y2="${at(axes.y(chart.host))}"/>`;
  const lines = chart.lines.map((line, index) => drawn(line, index, beside(axes, index, chart.lines.length)));
  const key = chart.lines.map(
    ({ label }, index) =>
      html`<li><svg class="by-services" viewBox="0 0 34 12" aria-hidden="true"><path class="line" d="M0 6H34" stroke-dasharray="${dashOf(index)}"/><g class="mark l${String(index)}" transform="translate(17 6)">${markOf(index)}</g></svg>${label}</li>`,
  );
  return html`<svg class="by-services" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${chart.title} by the number of Services"><g>${across}</g>${host}<line class="axis" x1="${String(left)}" x2="${String(width - right)}" y1="${String(height - bottom)}" y2="${String(height - bottom)}"/><line class="axis" x1="${String(left)}" x2="${String(left)}" y1="${String(top)}" y2="${String(height - bottom)}"/>${along}${lines}</svg><ul class="legend">${key}</ul>`;
}

interface Axes {
  readonly x: (services: number) => number;
  readonly y: (value: number) => number;
  readonly ticksY: readonly number[];
}

/** Room between the marks of neighbouring lines, so that their intervals do not lie on each other. */
const APART = 6;

/** The axes of one line among several. */
const beside = (axes: Axes, index: number, lines: number): Axes => ({
  ...axes,
  x: (services) => axes.x(services) + (index - (lines - 1) / 2) * APART,
});

const at = (place: number): string => String(Math.round(place * 10) / 10);

function axesOf(chart: ServiceChart): Axes {
  const { width, height, left, right, top, bottom } = FRAME;
  const counts = countsOf(chart).filter((count) => count > 0);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  const span = Math.log(most / least);
  const begin = countsOf(chart).includes(0) ? ZERO_GAP : 0.05;
  const room = width - left - right;
  const placeOf = (services: number): number => {
    if (services === 0) return 0.05;
    return begin + (span === 0 ? 0.5 : Math.log(services / least) / span) * (0.95 - begin);
  };
  const values = chart.lines.flatMap(({ points }) =>
    points.flatMap(({ value, low, high }) => [value, low, high].filter((one) => one != null)),
  );
  const { low, high, place } = chart.better === "higher" ? linear(values, chart.host) : logarithmic(values, chart.host);
  return {
    x: (services) => left + placeOf(services) * room,
    y: (value) => height - bottom - Math.min(1, Math.max(0, place(value))) * (height - top - bottom),
    ticksY: chart.better === "higher" ? plainTicks(high) : decades(low, high),
  };
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly place: (value: number) => number;
}

/** From 0, since rates can be held against each other by their height then. */
function linear(values: readonly number[], host: number): Scale {
  const high = Math.max(host, ...values) * 1.05;
  return { low: 0, high, place: (value) => value / high };
}

/** Times differ by powers of ten. */
function logarithmic(values: readonly number[], host: number): Scale {
  const positive = [host, ...values].filter((value) => value > 0);
  const [low, high] = [Math.min(...positive) / 1.2, Math.max(...positive) * 1.2];
  return { low, high, place: (value) => (value > 0 ? Math.log(value / low) / Math.log(high / low) : 0) };
}

function plainTicks(high: number): number[] {
  const power = 10 ** Math.floor(Math.log10(high));
  const step = [0.2, 0.5, 1, 2].map((multiple) => multiple * power).find((one) => high / one <= 6) ?? power;
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, index) => index * step);
}

function decades(low: number, high: number): number[] {
  const multiples = high / low > 100 ? [1] : high / low > 10 ? [1, 3] : [1, 2, 5];
  const from = Math.floor(Math.log10(low));
  const powers = Array.from({ length: Math.ceil(Math.log10(high)) - from + 1 }, (_, index) => 10 ** (from + index));
  return powers.flatMap((power) => multiples.map((multiple) => multiple * power)).filter((tick) => tick >= low && tick <= high);
}

function drawn({ label, points }: ServiceLine, index: number, axes: Axes): Markup {
  const there = points.filter((point): point is ServicePoint & { readonly value: number } => point.value !== undefined);
  const path = there.map(({ services, value }, place) => `${place === 0 ? "M" : "L"}${at(axes.x(services))} ${at(axes.y(value))}`).join("");
  const marks = there.map((point) => {
    const [x, y] = [at(axes.x(point.services)), at(axes.y(point.value))];
    const whisker =
      point.low === null || point.high === null
        ? EMPTY
        : html`<line class="whisker" x1="${x}" x2="${x}" y1="${at(axes.y(point.low))}" y2="${at(axes.y(point.high))}"/>`;
    return html`${whisker}<g class="mark l${String(index)}" transform="translate(${x} ${y})" data-services="${String(point.services)}">${markOf(index)}</g>`;
  });
  return html`<g data-line="${label}"><path class="line" d="${path}" stroke-dasharray="${dashOf(index)}"/>${marks}</g>`;
}
