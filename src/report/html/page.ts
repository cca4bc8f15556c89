/**
 * The HTML report: one file that needs nothing else, made from a run and its summary.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import type { Summary } from "../../model/summary.js";
import { formatMoment } from "../../units/format.js";
import { decisionsText } from "../decisions.js";
import { doubtedCells, doubtText } from "../doubts.js";
import { gapSubject, gapsOf } from "../gaps.js";
import { givenUpIn } from "../given-up.js";
import { inspectionSection } from "../inspection/html.js";
import { html, type Markup } from "../markup.js";
import { columnsOf, type MetricColumn, type ModeNotes } from "../outline.js";
import { deviationFacts, headline, linkText, marginsText, methodFacts, roundsText } from "../words.js";
import { figures } from "./figures.js";
import { matrixSection } from "./matrix.js";
import { STYLE } from "./style.js";
import { fullTable, overviewTable, rankingTable } from "./tables.js";
import { unbroken } from "./typeset.js";

/** What the page knows beyond the run. */
export interface HtmlOptions {
  /** What the catalogue says about modes: stand-ins and deviations are taken from it. */
  readonly notes?: readonly ModeNotes[];
}

/** Nothing may be loaded and nothing may run: the page is text, and its style is its own. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/** The whole page as text. */
export function renderHtml(summary: Summary, run: Run, options: HtmlOptions = {}): string {
  const columns = columnsOf(summary, run);
  const { claim } = headline(summary);
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="generator" content="podwire ${run.podwire}"><link rel="icon" href="data:,"><title>podwire: ${claim}</title>
${STYLE}</head><body><main>
${opening(summary, run, marginsText(columns))}
${rankingTable(summary, run)}
${overviewTable(summary, columns)}
${figures(summary, columns)}
${matrixSection(summary)}
${doubtsSection(summary)}
${gapsSection(summary)}
${givenUpSection(summary)}
${pairsSection("method", "How it was measured", [
  ...methodFacts(summary, run, columns).map((fact) => [fact.label, fact.text] as const),
  ...decisionFacts(summary, columns),
])}
${pairsSection(
  "deviations",
  "Where the lab differs from the real thing",
  deviationFacts(summary, options.notes ?? []).map((fact) => [fact.label, fact.text] as const),
)}
${inspectionSection(summary.inspection)}
${pairsSection("environment", "Environment", Object.entries(summary.environment))}
${fullTable(summary, columns)}
</main><footer class="page-end">podwire ${run.podwire} · ${run.schema} · ${summary.schema} · seed ${String(run.scenario.seed)}</footer></body></html>
`;
  return page.text;
}

function opening(summary: Summary, run: Run, margins: string): Markup {
  const { claim, detail } = headline(summary);
  const partial =
    summary.status === "partial" ? html`<p class="partial"><b>Partial run.</b> ${summary.partialReason ?? "It ended early."}</p>` : html``;
  const facts: readonly (readonly [string, string])[] = [
    ["Link", linkText(run)],
    ["Rounds", roundsText(run)],
    ["Margin", margins === "" ? "no verdicts" : margins],
  ];
  return html`<header class="top"><p class="eyebrow"><b>podwire ${summary.venue}</b> · ${formatMoment(run.startedAt)}</p>
<h1>${unbroken(claim)}</h1><p class="detail">${detail}</p><p class="advice">${unbroken(summary.advice)}</p>${partial}
<dl class="facts">${facts.map(([label, text]) => html`<div><dt>${label}</dt><dd>${text}</dd></div>`)}</dl>
${contents(summary)}</header>`;
}

function contents(summary: Summary): Markup {
  const compared = summary.modes.some((mode) => mode.cells.some((cell) => cell.ratio !== undefined));
  const links: readonly (readonly [string, string, boolean])[] = [
    ["ranking", "Ranking", summary.ranking.length + summary.excluded.length > 0],
    ["overview", "Overview", compared],
    ["plots", "Plots", compared],
    ["pairs", "Pairs of nodes", (summary.matrix?.pairs.length ?? 0) > 0],
    ["doubts", "Doubts", doubtedCells(summary).length > 0],
    ["gaps", "Not measured", gapsOf(summary).length > 0],
    ["given-up", "Given up", (summary.givenUp ?? []).length > 0],
    ["method", "Method", true],
    ["network", "Network", summary.inspection !== undefined],
    ["environment", "Environment", Object.keys(summary.environment).length > 0],
    ["full", "Full table", summary.modes.some((mode) => mode.cells.length > 0)],
  ];
  return html`<nav aria-label="Contents">${links.filter(([, , there]) => there).map(([id, label]) => html`<a href="#${id}">${label}</a>`)}</nav>`;
}

function decisionFacts(summary: Summary, columns: readonly MetricColumn[]): readonly (readonly [string, string])[] {
  const names = columns.map(({ name }) => name);
  const text = decisionsText(summary, names);
  return text === "" ? [] : [["Decisions", text]];
}

function doubtsSection(summary: Summary): Markup {
  const found = doubtedCells(summary);
  if (found.length === 0) return html``;
  const items = found.map((one) => html`<li><b>${one.check}</b>: <span class="soft">${doubtText(one)}</span></li>`);
  return html`<section id="doubts" aria-labelledby="doubts-title"><h2 id="doubts-title">Doubts</h2><p class="note">Checks of each figure's own evidence. A flagged figure (!) stands, and should be read with what is said here.</p><ul class="gaps">${items}</ul></section>`;
}

function gapsSection(summary: Summary): Markup {
  const missing = gapsOf(summary);
  if (missing.length === 0) return html``;
  const items = missing.map((gap) => html`<li><b>${gapSubject(gap)}</b>: ${gap.status}. <span class="soft">${gap.reason}</span></li>`);
  return html`<section id="gaps" aria-labelledby="gaps-title"><h2 id="gaps-title">Not measured, and why</h2><ul class="gaps">${items}</ul></section>`;
}

function givenUpSection(summary: Summary): Markup {
  const abandoned = givenUpIn(summary);
  if (abandoned.length === 0) return html``;
  const items = abandoned.map(({ subject, text }) => html`<li><b>${subject}</b>: <span class="soft">${text}</span></li>`);
  return html`<section id="given-up" aria-labelledby="given-up-title"><h2 id="given-up-title">Given up on the way, and why</h2><ul class="gaps">${items}</ul></section>`;
}

function pairsSection(id: string, title: string, pairs: readonly (readonly [string, string])[]): Markup {
  if (pairs.length === 0) return html``;
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><dl class="pairs">${pairs.map(([label, text]) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl></section>`;
}
