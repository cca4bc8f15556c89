/**
 * Dots with intervals, one row a mode, with the host at 1.0 and the margin as a band around it. Plain SVG; the page's style gives the colours.
 * @packageDocumentation
 */
import type { Verdict } from "../../model/summary.js";
import { type RatioLimit, ratioTexts } from "../../units/format.js";
import { EMPTY, html, type Markup } from "../markup.js";
import { type RatioScale, ratioScale, tickText } from "./ratio-scale.js";

/** A row: a ratio with its interval, or the word that says why there is none. */
export interface PlotRow {
  readonly label: string;
  /** Everything about the row in a sentence, shown as a tooltip. */
  readonly sentence: string;
  readonly value: PlotValue | string;
  /** The ratio to the second baseline, drawn small below the first. */
  readonly second?: PlotValue;
}

/** What is drawn of a ratio. */
export interface PlotValue {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: Verdict;
  readonly stalls: boolean;
  /** Set where the ratio is only a limit. */
  readonly limit?: RatioLimit | undefined;
}

/** What a plot is about. */
export interface PlotOptions {
  /** Unique on the page: the plot's title and description are referred to by it. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly margin: number;
  readonly better: "higher" | "lower";
}

/** Geometry in SVG units; the page scales the drawing to the width of its card. */
export const PLOT = { width: 360, label: 112, valueWidth: 48, row: 21, top: 8, bottom: 30 } as const;
const LEFT = PLOT.label + 6;
const RIGHT = PLOT.width - PLOT.valueWidth;

/** Where a ratio is drawn, in SVG units from the left. */
export const plotX = (scale: RatioScale, ratio: number): number => rounded(LEFT + scale.place(ratio) * (RIGHT - LEFT));

/** The axis that a plot of these rows gets. */
export function plotScale(rows: readonly PlotRow[], margin: number): RatioScale {
  const extents = rows.flatMap((row) => {
    const values = [...(typeof row.value === "string" ? [] : [row.value]), ...(row.second === undefined ? [] : [row.second])];
    const ends = values.flatMap((value) => [value.low ?? value.median, value.high ?? value.median]);
    return ends.length === 0 ? [] : [{ low: Math.min(...ends), high: Math.max(...ends) }];
  });
  return ratioScale(extents, margin);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
const n = (value: number): string => String(rounded(value));

/** The drawing. */
export function intervalPlot(rows: readonly PlotRow[], options: PlotOptions): Markup {
  const scale = plotScale(rows, options.margin);
  const bottom = PLOT.top + rows.length * PLOT.row;
  const height = bottom + PLOT.bottom;
  return html`<svg class="plot" viewBox="0 0 ${n(PLOT.width)} ${n(height)}" role="img" aria-labelledby="${options.id}-title ${options.id}-text">
<title id="${options.id}-title">${options.title}</title><desc id="${options.id}-text">${options.description}</desc>
${ground(scale, options, bottom)}
${rows.map((row, index) => plotRow(row, scale, PLOT.top + index * PLOT.row))}
</svg>`;
}

function ground(scale: RatioScale, options: PlotOptions, bottom: number): Markup {
  const from = plotX(scale, 1 - options.margin);
  const to = plotX(scale, 1 + options.margin);
  const host = n(plotX(scale, 1));
  const span = { y: n(PLOT.top - 4), height: n(bottom - PLOT.top + 8) };
  const direction = options.better === "higher" ? "higher is better →" : "← lower is better";
  return html`<rect class="band" x="${n(from)}" y="${span.y}" width="${n(to - from)}" height="${span.height}"/>
${scale.ticks.map((tick) => gridLine(plotX(scale, tick), tick, bottom))}
<line class="host" data-host="1" x1="${host}" x2="${host}" y1="${n(PLOT.top - 4)}" y2="${n(bottom + 4)}"/>
<text class="axis" x="${n(LEFT)}" y="${n(bottom + 27)}">ratio to host</text><text class="axis end" x="${n(PLOT.width)}" y="${n(bottom + 27)}">${direction}</text>`;
}

function gridLine(x: number, tick: number, bottom: number): Markup {
  return html`<line class="grid" x1="${n(x)}" x2="${n(x)}" y1="${n(PLOT.top - 4)}" y2="${n(bottom + 4)}"/><text class="${tick === 1 ? "tick one" : "tick"}" x="${n(x)}" y="${n(bottom + 15)}">${tickText(tick)}</text>`;
}

function plotRow(row: PlotRow, scale: RatioScale, top: number): Markup {
  const middle = top + PLOT.row / 2;
  const label = row.label.length > 17 ? `${row.label.slice(0, 16)}…` : row.label;
  const value = row.value;
  return html`<g class="row"><title>${row.sentence}</title><rect class="hit" x="0" y="${n(top)}" width="${n(PLOT.width)}" height="${n(PLOT.row)}"/>
<text class="label" x="${n(PLOT.label)}" y="${n(middle + 4)}">${label}</text>
${typeof value === "string" ? html`<text class="none" x="${n(PLOT.width)}" y="${n(middle + 4)}">${value}</text>` : drawn(value, row.second, scale, middle)}</g>
`;
}

function drawn(value: PlotValue, second: PlotValue | undefined, scale: RatioScale, middle: number): Markup {
  const y = second === undefined ? middle : middle - 3;
  const interval = scale.beyond(value.median) === undefined ? whisker(value, scale, y, value.verdict) : EMPTY;
  const below =
    second === undefined
      ? EMPTY
      : scale.beyond(second.median) !== undefined
        ? EMPTY
        : html`${whisker(second, scale, middle + 5, "second")}<rect class="second" x="${n(plotX(scale, second.median) - 1.5)}" y="${n(middle + 3.5)}" width="3" height="3"/>`;
  const number = ratioTexts(value.median, null, null, value.limit).median;
  return html`${below}${interval}${mark(value, scale, y)}<text class="value" x="${n(PLOT.width)}" y="${n(middle + 4)}">${number}${value.stalls ? "~" : ""}</text>`;
}

function whisker(value: PlotValue, scale: RatioScale, y: number, kind: string): Markup {
  if (value.low === null && value.high === null) return EMPTY;
  const cap = (limit: number | null): string => (limit === null ? "" : `M${n(plotX(scale, limit))} ${n(y - 3)}V${n(y + 3)}`);
  // A limit that is not known may lie anywhere: the line goes to the end of the axis.
  const low = n(value.low === null ? LEFT : plotX(scale, value.low));
  const high = n(value.high === null ? RIGHT : plotX(scale, value.high));
  const caps = `${cap(value.low)}${cap(value.high)}`;
  return html`<path class="whisker ${kind}" d="M${low} ${n(y)}H${high}${kind === "second" ? "" : caps}"/>`;
}

/** A shape for each verdict, so that none depends on colour: full, up, down, hollow. Beyond an end of the axis it is an arrow. */
function mark(value: PlotValue, scale: RatioScale, y: number): Markup {
  const x = plotX(scale, value.median);
  const side = scale.beyond(value.median);
  const at = (dx: number, dy: number): string => `${n(x + dx)} ${n(y + dy)}`;
  if (side !== undefined) {
    const back = side === "low" ? 9 : -9;
    return html`<path class="mark ${value.verdict}" data-ratio="${String(value.median)}" d="M${at(0, 0)}L${at(back, -4)}L${at(back * 0.7, 0)}L${at(back, 4)}Z"/>`;
  }
  if (value.verdict === "same" || value.verdict === "undecided") {
    return html`<circle class="mark ${value.verdict}" data-ratio="${String(value.median)}" cx="${n(x)}" cy="${n(y)}" r="3.4"/>`;
  }
  const tip = value.verdict === "faster" ? -3.8 : 3.8;
  return html`<path class="mark ${value.verdict}" data-ratio="${String(value.median)}" d="M${at(0, tip)}L${at(-4.2, -tip * 0.8)}L${at(4.2, -tip * 0.8)}Z"/>`;
}
