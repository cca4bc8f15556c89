/**
 * An import as one HTML file, with the look of the other reports.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported } from "../../import/imported.js";
import { formatCount, formatPercent } from "../../units/format.js";
import { STYLE } from "../html/style.js";
import { html, type Markup } from "../markup.js";
import {
  aboutText,
  bySubject,
  figuresOf,
  fileText,
  headline,
  howText,
  leftOut,
  leftOutText,
  limitText,
  originText,
  placeText,
  ratioText,
  rulesetText,
  valueText,
  WEAKNESS,
  whatText,
} from "./words.js";

/** Nothing may be loaded and nothing may run: imported text is shown as text. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** Figures of a side whose origin is shown beside the comparison; the table of all figures has them all. */
const MOST_ORIGINS = 10;

/** The whole page as text. */
export function renderImportHtml(result: Imported): string {
  const shares = result.shares.map(
    (one) =>
      `${one.subject ?? "mode not named"}: ${one.title} ${formatPercent(one.ratio)} of the host (n 1, no interval), undecided. ${placeText(one)}: “${one.text}”`,
  );
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="generator" content="podwire ${result.podwire}"><link rel="icon" href="data:,"><title>podwire import</title>
${STYLE}</head><body><main>
<header class="top"><p class="eyebrow"><b>podwire import</b></p><h1>Pods against hosts, from what was already measured</h1><p class="detail">${headline(result)}.</p><p class="partial"><b>Weaker evidence.</b> ${WEAKNESS}</p></header>
${comparisons(result)}
${listSection("shares", "Stated shares of the host", shares)}
${troubles(result)}
${listSection("rulesets", "Rulesets", result.rulesets.map(rulesetText))}
${listSection("left-out", "Not compared, and why", leftOut(result).map(leftOutText))}
${listSection(
  "failures",
  "Outputs without a figure",
  result.failures.map((one) => `${placeText(one)} ${one.tool}: ${one.why}`),
)}
${figureTable(result)}
${listSection("limits", "Limits that were reached", result.limits.map(limitText))}
${listSection("files", "Files", result.files.map(fileText))}
</main><footer class="page-end">podwire ${result.podwire} · ${result.schema}</footer></body></html>
`;
  return page.text;
}

function comparisons(result: Imported): Markup {
  if (result.comparisons.length === 0) {
    return html`<section id="comparisons"><h2>Nothing can be compared</h2><p class="note">No figure of pods has a counterpart between hosts.</p></section>`;
  }
  const bodies = bySubject(result).map(
    ([
      subject,
      all,
    ]) => html`<h3>${subject}</h3>${scrolling(subject, html`<table><thead><tr><th scope="col">Metric</th><th scope="col">Pods</th><th scope="col">Hosts</th><th scope="col">Pods / hosts</th><th scope="col">Verdict</th></tr></thead><tbody>${all.map(row)}</tbody></table>`)}
<details><summary>Evidence</summary><ul class="gaps">${all.map((one) => evidence(result, one))}</ul></details>`,
  );
  return html`<section id="comparisons" aria-labelledby="comparisons-title"><h2 id="comparisons-title">Pods against hosts</h2>
<p class="note">Medians of the outputs, n outputs a side. A verdict needs an interval, and an interval three outputs a side; it is unpaired.</p>${bodies}</section>`;
}

const scrolling = (label: string, table: Markup): Markup =>
  html`<div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;

function row(one: ImportComparison): Markup {
  const side = ({ median, n, behind }: ComparedSide): Markup =>
    html`<td class="nowrap">${valueText(median, one.unit)}<br><span class="soft small">n ${String(n)}: ${behind}</span></td>`;
  return html`<tr><th scope="row">${whatText(one)}<br><span class="soft small">${howText(one)}</span></th>${side(one.pod)}${side(one.host)}<td class="nowrap">${ratioText(one)}</td><td class="verdict ${one.verdict}">${one.verdict} at ±${formatPercent(one.margin)}</td></tr>`;
}

/** What a comparison rests on, and where each of its figures stands. */
function evidence(result: Imported, one: ImportComparison): Markup {
  const origins = (name: string, side: ComparedSide): readonly Markup[] =>
    figuresOf(result, side)
      .slice(0, MOST_ORIGINS)
      .map((figure) => html`<br><span class="soft small">${name}: ${originText(figure)}</span>`);
  return html`<li><b>${aboutText(one)}</b>: ${[one.reason, ...one.weaknesses].join("; ")}${[...origins("pods", one.pod), ...origins("hosts", one.host)]}</li>`;
}

function troubles(result: Imported): Markup {
  if (result.troubles.length === 0) return html``;
  const list = result.troubles.map(
    (one) =>
      html`<li><b>${one.cause}</b> (seen ${formatCount(one.count)} times). Fix: ${one.fix}<br><span class="soft small">${one.places.map((place) => `${placeText(place)} ${place.text}`).join(" · ")}</span></li>`,
  );
  return html`<section id="troubles" aria-labelledby="troubles-title"><h2 id="troubles-title">Known troubles</h2><ul class="gaps">${list}</ul></section>`;
}

function listSection(id: string, title: string, texts: readonly string[]): Markup {
  if (texts.length === 0) return html``;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><ul class="gaps">${texts.map((text) => html`<li>${text}</li>`)}</ul></section>`;
}

function figureTable(result: Imported): Markup {
  if (result.figures.length === 0) return html``;
  const rows = result.figures.map(
    (one) =>
      html`<tr><th scope="row">${placeText(one)}</th><td>${one.metric}</td><td class="num">${valueText(one.value, one.unit)}</td><td>${formatCount(one.n)} ${one.of}</td><td>${one.recogniser}</td><td>${one.role ?? "not placed"}</td><td>${one.subject ?? ""}</td><td>${one.use}</td><td class="small">${[...one.why, ...one.notes].join("; ")}</td></tr>`,
  );
  return html`<section id="figures"><details><summary>Every figure (${String(result.figures.length)})</summary>${scrolling("Every figure", html`<table><thead><tr><th scope="col">Where</th><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">n</th><th scope="col">Read as</th><th scope="col">Of</th><th scope="col">Mode</th><th scope="col">Use</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table>`)}</details></section>`;
}
