/**
 * A score with its interval as one small line of SVG, for a row of the ranking.
 * @packageDocumentation
 */
import { html, type Markup } from "../markup.js";
import { type RatioScale, ratioScale } from "./ratio-scale.js";

/** A score, 1 being the host. */
export interface Score {
  readonly score: number;
  readonly scoreLow: number | null;
  readonly scoreHigh: number | null;
}

const WIDTH = 180;
const HEIGHT = 18;
const EDGE = 6;

/** One axis for all scores of a ranking. */
export function scoreScale(scores: readonly Score[]): RatioScale {
  return ratioScale(
    scores.map((one) => ({ low: one.scoreLow ?? one.score, high: one.scoreHigh ?? one.score })),
    0.02,
  );
}

/** The drawing of one score; it only repeats the numbers beside it, so it is hidden from screen readers. */
export function scoreBar(score: Score, scale: RatioScale): Markup {
  const x = (ratio: number): string => String(Math.round((EDGE + scale.place(ratio) * (WIDTH - 2 * EDGE)) * 100) / 100);
  const [host, at] = [x(1), x(score.score)];
  const low = x(score.scoreLow ?? score.score);
  const high = x(score.scoreHigh ?? score.score);
  const middle = String(HEIGHT / 2);
  const outside = scale.beyond(score.score) !== undefined;
  const mark = outside
    ? html`<path d="M${String(Number(at) - 5)} ${middle}l9 -4l-3 4l3 4Z"/>`
    : html`<circle cx="${at}" cy="${middle}" r="3.6"/>`;
  return html`<svg class="score" viewBox="0 0 ${String(WIDTH)} ${String(HEIGHT)}" aria-hidden="true"><line class="rail" x1="${at}" x2="${host}" y1="${middle}" y2="${middle}"/><line class="host" x1="${host}" x2="${host}" y1="0" y2="${String(HEIGHT)}"/>${outside ? "" : html`<line class="whisker" x1="${low}" x2="${high}" y1="${middle}" y2="${middle}"/>`}${mark}</svg>`;
}
