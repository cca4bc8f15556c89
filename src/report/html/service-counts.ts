/**
 * A cluster's figures by the number of Services in the HTML report.
 * @packageDocumentation
 */
import type { Summary } from "../../model/summary.js";
import { html, type Markup } from "../markup.js";
import { SERVICE_COUNTS_MEANING, serviceCountGaps, serviceCountTable } from "../service-counts.js";

/** A row a number of Services; nothing where none was asked for. */
export function serviceCountsSection(summary: Summary): Markup {
  const table = serviceCountTable(summary);
  if (table === undefined) return html``;
  const head = table.head.map((text) => html`<th scope="col">${text}</th>`);
  const rows = table.rows.map(
    ([services = "", ...texts]) =>
      html`<tr><th scope="row">${services}</th>${texts.map((text) => html`<td class="nowrap">${text}</td>`)}</tr>`,
  );
  const gaps = serviceCountGaps(summary).map((text) => html`<p class="note">${text}</p>`);
  return html`<section id="service-counts" aria-labelledby="service-counts-title"><h2 id="service-counts-title">By the number of Services</h2>
<p class="note">${SERVICE_COUNTS_MEANING}</p>${gaps}
<div class="scroll" role="region" tabindex="0" aria-label="By the number of Services"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
