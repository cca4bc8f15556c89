/**
 * An import as one HTML file, with the look of the other reports.
 * @packageDocumentation
 */
import type { ComparedSide, ImportComparison, Imported } from "../../import/imported.js";
import { formatCount } from "../../units/format.js";
import { documentText, listSection } from "../html/document.js";
import { html, type Markup } from "../markup.js";
import { VERDICT_SIGNS } from "../words.js";
import {
  aboutText,
  bySubject,
  figuresOf,
  fileText,
  headline,
  howText,
  leftOutTexts,
  limitText,
  notUsedText,
  originText,
  placeText,
  ratioText,
  rulesetText,
  seenText,
  shareText,
  valueText,
  verdictText,
  WEAKNESS,
  whatText,
} from "./words.js";

/** Figures of a side whose origin is shown beside the comparison; the table of all figures has them all. */
const MOST_ORIGINS = 10;

/** The whole page as text. */
export function renderImportHtml(result: Imported): string {
  const body = html`<header class="top"><p class="eyebrow"><b>podwire import</b></p><h1>Pods against hosts, from what was already measured</h1><p class="detail">${headline(result)}.</p></header>
${comparisons(result)}
${textsSection(
  "shares",
  "Stated shares of the host",
  result.shares.map((one) => shareText(one)),
)}
${textsSection("left-out", "Not compared, and why", leftOutTexts(result))}
${textsSection(
  "failures",
  "Not used, and why",
  result.failures.map((one) => notUsedText(one)),
)}
${troubles(result)}
${textsSection(
  "rulesets",
  "Rulesets",
  result.rulesets.map((one) => rulesetText(one)),
)}
${figureTable(result)}
${textsSection("limits", "Limits that were reached", result.limits.map(limitText))}
${textsSection("files", "Files", result.files.map(fileText))}
${textsSection("method", "How this is read", [WEAKNESS])}`;
  return documentText({ title: "podwire import", podwire: result.podwire, body, foot: result.schema });
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
  return html`<tr><th scope="row">${whatText(one)}<br><span class="soft small">${howText(one)}</span></th>${side(one.pod)}${side(one.host)}<td class="nowrap">${ratioText(one)}</td><td class="verdict ${one.verdict}">${VERDICT_SIGNS[one.verdict]} ${verdictText(one)}</td></tr>`;
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
      html`<li><b>${one.cause}</b> (${seenText(one.count)}). Fix: ${one.fix}<br><span class="soft small">${one.places.map((place) => `${placeText(place)} ${place.text}`).join(" · ")}</span></li>`,
  );
  return html`<section id="troubles" aria-labelledby="troubles-title"><h2 id="troubles-title">Known troubles</h2><ul class="gaps">${list}</ul></section>`;
}

const textsSection = (id: string, title: string, texts: readonly string[]): Markup =>
  listSection(
    id,
    title,
    texts.map((text) => html`${text}`),
  );

function figureTable(result: Imported): Markup {
  if (result.figures.length === 0) return html``;
  const rows = result.figures.map(
    (one) =>
      html`<tr><th scope="row">${placeText(one)}</th><td>${one.metric}</td><td class="num">${valueText(one.value, one.unit)}</td><td>${formatCount(one.n)} ${one.of}</td><td>${one.recogniser}</td><td>${one.role ?? "not placed"}</td><td>${one.subject ?? ""}</td><td>${one.use}</td><td class="small">${[...one.why, ...one.notes].join("; ")}</td></tr>`,
  );
  return html`<section id="figures"><details><summary>Every figure (${String(result.figures.length)})</summary>${scrolling("Every figure", html`<table><thead><tr><th scope="col">Where</th><th scope="col">Metric</th><th scope="col">Value</th><th scope="col">n</th><th scope="col">Read as</th><th scope="col">Of</th><th scope="col">Mode</th><th scope="col">Use</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table>`)}</details></section>`;
}
