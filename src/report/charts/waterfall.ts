/**
 * A waterfall as SVG: a bar a layer from where the layers before it end, the host above and the variant below. Bars have words and figures beside them,
 * so that nothing depends on colour.
 * @packageDocumentation
 */
import { EMPTY, html, type Markup } from "../markup.js";

/** One bar of a waterfall; places are in percent of the host's figure. */
export interface WaterfallBar {
  readonly kind: "host" | "effect" | "unexplained" | "variant";
  readonly label: string;
  /** In its place where there is no room for the whole of it. */
  readonly brief?: string;
  readonly from: number;
  readonly to: number;
  /** The interval of where it ends; absent for the host. */
  readonly low?: number;
  readonly high?: number;
  /** What stands beside the bar. */
  readonly figure: string;
  /** Whether it costs beyond its noise (`worse`), gives (`better`), or neither can be said. */
  readonly look: "worse" | "better" | "noise" | "total";
}

/** A drawing's own units; it is as wide as what it stands in. */
interface Frame {
  readonly width: number;
  /** Room for names and figures beside the bars; 0 where they stand above them. */
  readonly label: number;
  readonly figure: number;
  readonly row: number;
  readonly bar: number;
  readonly bottom: number;
  /** Characters that have room for a name; the table below has the whole of it. */
  readonly longest: number;
  readonly mostTicks: number;
}

const WIDE: Frame = { width: 900, label: 330, figure: 150, row: 30, bar: 16, bottom: 30, longest: 44, mostTicks: 6 };
/** Of a phone: one unit is a pixel there, so that text keeps its size. */
const NARROW: Frame = { width: 340, label: 0, figure: 0, row: 46, bar: 14, bottom: 28, longest: 32, mostTicks: 5 };
const STEPS = [10, 20, 25, 50, 100, 200, 500, 1_000] as const;

/**
 * The drawing, and the same for narrow screens, of which the style sheet shows one.
 * @param title - what it is called where it cannot be seen
 */
export const waterfallChart = (bars: readonly WaterfallBar[], title: string): Markup =>
  html`${drawing(bars, title, "waterfall", WIDE)}${drawing(bars, title, "waterfall-narrow", NARROW)}`;

function drawing(bars: readonly WaterfallBar[], title: string, name: string, frame: Frame): Markup {
  const { width, label, figure, row, bottom } = frame;
  const most = Math.max(100, ...bars.flatMap(({ from, to, high = to }) => [from, to, high])) * 1.02;
  const x = (percent: number): number => label + (Math.max(0, percent) / most) * (width - label - figure);
  const height = bars.length * row + bottom;
  const step = STEPS.find((one) => most / one <= frame.mostTicks) ?? most;
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) => index * step);
  const grid = ticks.map((tick, place) => {
    // Without room beside the bars the first label begins at the drawing's edge, and the last one ends there.
    const edge = label > 0 || (place > 0 && place < ticks.length - 1) ? "" : place === 0 ? " first" : " last";
    return html`<line class="${tick === 100 ? "host" : "grid"}" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="0" y2="${String(height - bottom)}"/><text class="along${edge}" x="${at(x(tick))}" y="${String(height - bottom + 18)}">${String(tick)} %</text>`;
  });
  const drawn = bars.map((bar, place) => barMarkup(bar, bars[place + 1], { frame, top: place * row, x }));
  return html`<svg class="${name}" viewBox="0 0 ${String(width)} ${String(height)}" role="img" aria-label="${title}">${grid}${drawn}</svg>`;
}

/** Where a bar is drawn. */
interface Spot {
  readonly frame: Frame;
  readonly top: number;
  readonly x: (percent: number) => number;
}

function barMarkup(bar: WaterfallBar, next: WaterfallBar | undefined, { frame, top, x }: Spot): Markup {
  const { label, row, bar: thick, width, longest } = frame;
  const { kind, from, to, low, high, look } = bar;
  const [left, right] = [x(Math.min(from, to)), x(Math.max(from, to))];
  const middle = label > 0 ? top + row / 2 : top + row - thick;
  const baseline = label > 0 ? middle + 4 : top + 17;
  const whisker =
    low === undefined || high === undefined
      ? EMPTY
      : html`<line class="whisker" x1="${at(x(low))}" x2="${at(x(high))}" y1="${at(middle)}" y2="${at(middle)}"/>`;
  const link =
    next === undefined || next.kind === "variant"
      ? EMPTY
      : html`<line class="link" x1="${at(x(to))}" x2="${at(x(to))}" y1="${at(middle + thick / 2)}" y2="${at(middle + row - thick / 2)}"/>`;
  return html`<g class="${look}" data-layer="${bar.label}" data-kind="${kind}">${link}<rect x="${at(left)}" y="${at(middle - thick / 2)}" width="${at(Math.max(1, right - left))}" height="${String(thick)}"/>${whisker}<text class="name" x="${String(Math.max(0, label - 10))}" y="${at(baseline)}">${shortened(bar.label.length > longest ? (bar.brief ?? bar.label) : bar.label, longest)}</text><text class="figure" x="${String(width)}" y="${at(baseline)}">${bar.figure}</text></g>`;
}

const shortened = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest / 2)}…${text.slice(1 - longest / 2)}`;

const at = (place: number): string => String(Math.round(place * 10) / 10);
