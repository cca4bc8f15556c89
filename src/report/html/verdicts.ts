/**
 * Verdicts and doubts as marks with words.
 * @packageDocumentation
 */
import type { Cell, CellRatio } from "../../model/summary.js";
import { html, type Markup } from "../markup.js";
import { doubtWords } from "../reasons.js";
import { STALLS_MEANING, VERDICT_SIGNS, verdictInWords } from "../words.js";

/** The verdict in a word, with what must be said beside it: stalls, doubts, the rate that generators were held to. */
export const verdictMark = (ratio: CellRatio, cell?: Cell): Markup =>
  html`<span class="verdict ${ratio.verdict}">${VERDICT_SIGNS[ratio.verdict]} ${verdictInWords(ratio, cell?.cappedAt)}${ratio.stalls === true ? html` <span title="${STALLS_MEANING}">~</span>` : ""}${doubtMark(cell)}</span>`;

/** `!` where a check doubts the figure, with what it says as a tooltip. */
export function doubtMark(cell: Cell | undefined): Markup {
  const flags = cell?.flags ?? [];
  if (flags.length === 0) return html``;
  return html` <span class="doubt" title="${flags.map(doubtWords).join("; ")}">!</span>`;
}
