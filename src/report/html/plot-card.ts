/**
 * The plot of one metric: its name in words of the field and its codename, what it counts, and a row for whatever is drawn.
 * @packageDocumentation
 */

import { capital } from "../../units/capital.js";
import { stripTicks } from "../charts/ratio-strip.js";
import type { StripAxis } from "../charts/strip-axis.js";
import { html, type Markup } from "../markup.js";

/** Where a metric's plot is, as an id on the page. */
export const plotId = (metric: string): string => `plot-${metric.replace(/[^\w-]/g, "-")}`;

/** What a plot is made of. */
export interface PlotCard {
  readonly id: string;
  readonly metric: string;
  /** Its name in words of the field. */
  readonly long: string;
  /** What it counts, and how it is judged. */
  readonly about: Markup;
  /** Headings of the columns beside the drawing, for those who do not see it. */
  readonly heads: readonly [ratio: string, interval: string, last: string];
  readonly rows: readonly Markup[];
  readonly axis: StripAxis;
}

/** The plot as an article. */
export function plotCard({ id, metric, long, about, heads, rows, axis }: PlotCard): Markup {
  const named = long === metric ? html`${long}` : html`${capital(long)} <code>${metric}</code>`;
  const columns = ["Name", "Drawn", ...heads].map((head) => html`<th scope="col">${head}</th>`);
  return html`<article class="card" id="${id}"><h3>${named}</h3><p>${about}</p>
<table class="plot"><thead class="unseen"><tr>${columns}</tr></thead><tbody>${rows}</tbody><tfoot aria-hidden="true"><tr><td></td><td class="drawn">${stripTicks(axis)}</td><td colspan="3"></td></tr></tfoot></table></article>`;
}
