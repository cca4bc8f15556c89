/**
 * A ratio as a strip of SVG: a dot with its interval beside the host's line. Places are percentages, so that a strip is as wide as what it stands in
 * and its marks keep their shape. Strips only repeat the numbers beside them, so screen readers pass them over.
 * @packageDocumentation
 */
import type { Verdict } from "../../model/summary.js";
import { EMPTY, html, type Markup } from "../markup.js";
import { tickText } from "./ratio-scale.js";
import type { StripAxis } from "./strip-axis.js";

/** What is drawn of a ratio. */
export interface StripValue {
  readonly median: number;
  /** Null where the limit is not known; no interval is drawn where both are. */
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: MarkKind;
}

/** What a mark says: the verdict, or that the ratio is not judged but is what others are held against. */
export type MarkKind = Verdict | "reference";

/** Room on both sides of an axis, as a share of the strip, so that no mark is cut off. */
const EDGE = 0.07;

/** Where a ratio is drawn on a strip: `43.2%` from the left. */
export const stripX = (axis: StripAxis, ratio: number): string => atPlace(axis.place(ratio));

const atPlace = (place: number): string => `${String(Math.round((EDGE + place * (1 - 2 * EDGE)) * 10_000) / 100)}%`;

/**
 * The strip of one ratio; with undefined an empty one, which carries the host's line on.
 * @param second a ratio to another baseline, drawn small below the first
 */
export function ratioStrip(value: StripValue | undefined, axis: StripAxis, second?: StripValue): Markup {
  const host = stripX(axis, 1);
  const first = value === undefined ? EMPTY : drawn(value, axis, second === undefined ? "50%" : "40%");
  return html`<svg class="strip" aria-hidden="true">${band(axis)}<line class="host" x1="${host}" x2="${host}" y1="0" y2="100%"/>${second === undefined ? EMPTY : secondDrawn(second, axis)}${first}</svg>`;
}

function band(axis: StripAxis): Markup {
  if (axis.margin === undefined) return EMPTY;
  const places = [axis.place(axis.margin.low), axis.place(axis.margin.high)] as const;
  const [from, to] = [Math.min(...places), Math.max(...places)];
  return html`<rect class="band" x="${atPlace(from)}" y="0" width="${String(Math.round((to - from) * (1 - 2 * EDGE) * 10_000) / 100)}%" height="100%"/>`;
}

function drawn(value: StripValue, axis: StripAxis, y: string): Markup {
  const side = axis.beyond(value.median);
  return html`${whisker(value, axis, y, value.verdict)}<svg class="mark ${value.verdict}" data-ratio="${String(value.median)}" x="${stripX(axis, value.median)}" y="${y}">${side === undefined ? SHAPES[value.verdict] : ARROWS[side]}</svg>`;
}

function secondDrawn(value: StripValue, axis: StripAxis): Markup {
  if (axis.beyond(value.median) !== undefined) return EMPTY;
  return html`${whisker(value, axis, "78%", "second")}<svg class="second" x="${stripX(axis, value.median)}" y="78%"><rect x="-1.5" y="-1.5" width="3" height="3"/></svg>`;
}

/** A limit beyond the axis, or one that is not known and may lie anywhere: the line goes to the edge of the strip, where those within the axis never end. */
function whisker({ low, high }: StripValue, axis: StripAxis, y: string, kind: string): Markup {
  if (low === null && high === null) return EMPTY;
  const [lowEnd, highEnd] = axis.better === "higher" ? ["0", "100%"] : ["100%", "0"];
  const x = (limit: number | null, end: string): string =>
    limit === null ? end : (EDGES[axis.beyond(limit) ?? "none"] ?? stripX(axis, limit));
  return html`<line class="whisker ${kind}" x1="${x(low, lowEnd)}" x2="${x(high, highEnd)}" y1="${y}" y2="${y}"/>`;
}

const EDGES: Readonly<Record<"left" | "right" | "none", string | undefined>> = { left: "0", right: "100%", none: undefined };

/** A shape for each verdict, so that none depends on colour: full, up, down, hollow; and one for what is not judged. */
export const SHAPES: Readonly<Record<MarkKind, Markup>> = {
  same: html`<circle r="3.6"/>`,
  undecided: html`<circle r="3.6"/>`,
  faster: html`<path d="M0 -4.4L-4.6 3.4H4.6Z"/>`,
  slower: html`<path d="M0 4.4L-4.6 -3.4H4.6Z"/>`,
  reference: html`<path d="M0 -4.4L4.4 0L0 4.4L-4.4 0Z"/>`,
};

/** The sign of what is not judged, where there is no room for shapes. */
export const REFERENCE_SIGN = "◇";

/** What lies beyond an end of the axis. */
const ARROWS = { left: html`<path d="M-6 0L3 -4.4L1 0L3 4.4Z"/>`, right: html`<path d="M6 0L-3 -4.4L-1 0L-3 4.4Z"/>` } as const;

/** Labels nearer to each other than this share of the axis would run into each other. */
const APART = 0.2;
/** The same of a plot on a phone, whose strips are a quarter as wide. */
const APART_ON_PHONE = 0.45;

/** The labels below a column of strips, as many as there is room for; the host's is among them. */
export function stripTicks(axis: StripAxis): Markup {
  const kept = ticksApart(axis, APART);
  const onPhone = new Set(ticksApart(axis, APART_ON_PHONE));
  const classOf = (ratio: number): string => (ratio === 1 ? "tick one" : onPhone.has(ratio) ? "tick" : "tick between");
  const labels = kept
    .sort((one, other) => one - other)
    .map(
      (ratio) =>
        html`<text class="${classOf(ratio)}" data-ratio="${String(ratio)}" x="${stripX(axis, ratio)}" y="11">${tickText(ratio)}</text>`,
    );
  return html`<svg class="strip ticks" aria-hidden="true">${labels}</svg>`;
}

/** As many ticks as there is room for so far apart; the host's is among them. */
function ticksApart(axis: StripAxis, apart: number): number[] {
  const kept: number[] = [1];
  for (const tick of axis.ticks) {
    if (kept.every((other) => Math.abs(axis.place(tick) - axis.place(other)) >= apart)) kept.push(tick);
  }
  return kept;
}
