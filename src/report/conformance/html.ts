/**
 * Conformance as a page, and as a part of a run's: the answer, the matrix, and each cell's evidence behind its variant's name.
 * @packageDocumentation
 */
import type { Conformance, RunConformance, VariantConformance } from "../../model/conformance.js";
import { formatDuration } from "../../units/format.js";
import { documentText } from "../html/document.js";
import { html, type Markup } from "../markup.js";
import {
  cellName,
  conformanceAnswer,
  contradictedCells,
  contradictionText,
  MARK_MEANINGS,
  type Mark,
  marksIn,
  matrixOf,
  rowName,
  triedText,
  withReason,
} from "./matrix.js";

/** The class that each mark has on the page. */
const LOOKS: Readonly<Record<Mark, string>> = {
  works: "same",
  "does-not-work": "slower",
  partly: "undecided",
  "not-offered": "soft",
  "not-applicable": "soft",
  absent: "soft",
};

/** The page as text. */
export function renderConformanceHtml(conformance: Conformance, podwire: string): string {
  const body = html`<header class="top"><p class="eyebrow"><b>podwire</b> conformance</p><h1>What works on each network</h1><p class="detail">${conformanceAnswer(conformance)}</p></header>
${matrixSection(conformance)}${notesSection(conformance)}${evidenceSection(conformance)}`;
  return documentText({ title: "podwire: conformance", podwire, body, foot: "each cell is an exchange of packets" });
}

/** What works on the modes of a run, on its page; nothing where nothing was tried. */
export function triedSections(conformance: RunConformance | undefined): Markup {
  if (conformance === undefined) return html``;
  return html`<section id="conformance" aria-labelledby="conformance-title"><h2 id="conformance-title">What works</h2><p class="note">${triedText(conformance)} ${conformanceAnswer(conformance)}</p></section>
${matrixSection(conformance)}${notesSection(conformance)}${evidenceSection(conformance)}`;
}

function matrixSection(conformance: Conformance): Markup {
  const matrix = matrixOf(conformance);
  const { variants, rows } = matrix;
  if (rows.length === 0) return html``;
  const head = variants.map((variant) => html`<th scope="col">${variant}</th>`);
  const lines = rows.map((row) => html`<tr><th scope="row">${rowName(row)}</th>${row.marks.map(markCell)}</tr>`);
  const legend = marksIn(matrix)
    .map((mark) => `${MARK_MEANINGS[mark].sign} ${MARK_MEANINGS[mark].words}`)
    .join(", ");
  return html`<section id="matrix" aria-labelledby="matrix-title"><h2 id="matrix-title">Checks by network</h2><p class="note">${legend}.</p><p class="sideways">The table goes on to the right.</p><div class="scroll" tabindex="0" role="region" aria-label="Checks by network"><table><thead><tr><td></td>${head}</tr></thead><tbody>${lines}</tbody></table></div></section>`;
}

function markCell(mark: Mark): Markup {
  const { sign, words } = MARK_MEANINGS[mark];
  return html`<td class="verdict ${LOOKS[mark]}" title="${words}">${sign}<span class="unseen"> ${words}</span></td>`;
}

function notesSection(conformance: Conformance): Markup {
  const contradicted = contradictedCells(conformance);
  if (contradicted.length === 0) return html``;
  const items = contradicted.map((cell) => html`<li><b>${cell.variant}</b> ${contradictionText(cell)}</li>`);
  return html`<section id="contradicted" aria-labelledby="contradicted-title"><h2 id="contradicted-title">Packets contradict the description</h2><ul class="gaps">${items}</ul></section>`;
}

function evidenceSection({ variants }: Conformance): Markup {
  return html`<section id="evidence" aria-labelledby="evidence-title"><h2 id="evidence-title">Evidence</h2>${variants.map(evidenceOf)}</section>`;
}

function evidenceOf({ variant, failure, cells, seconds }: VariantConformance): Markup {
  if (failure !== undefined) return html`<p class="note"><b>${variant}</b> is ${failure.status}: ${failure.reason}</p>`;
  const items = cells.map(
    (cell) =>
      html`<li><b>${cellName(cell)}</b> <span class="${LOOKS[cell.result]}">${MARK_MEANINGS[cell.result].words}</span>: ${withReason(cell)}</li>`,
  );
  const took = seconds === undefined ? "" : html` <span class="soft">built and tried in ${formatDuration(seconds)}</span>`;
  return html`<details><summary>${variant}${took}</summary><ul class="gaps">${items}</ul></details>`;
}
