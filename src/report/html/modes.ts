/**
 * What each mode needs and gives up, behind its name; with its rank and score.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import type { Summary } from "../../model/summary.js";
import { modeOfVariant } from "../../model/variant.js";
import { scoreBar, scoreScale } from "../charts/score-bar.js";
import { html, type Markup } from "../markup.js";
import type { ModeNotes } from "../outline.js";
import { partsOfWhy } from "../why.js";
import { EQUAL_RANKS, scoreText } from "../words.js";

/** Where a mode's needs are, as an id on the page; undefined where it is neither ranked nor left out. */
export function modeId({ ranking, excluded }: Summary, mode: string): string | undefined {
  const place = [...ranking, ...excluded].findIndex((entry) => entry.mode === mode);
  return place < 0 ? undefined : `mode-${String(place + 1)}`;
}

/** The modes in rank order; those that do not meet the stated needs last, with the reason. */
export function modesSection(summary: Summary, run: Run, notes: readonly ModeNotes[]): Markup {
  if (summary.ranking.length + summary.excluded.length === 0) return html``;
  const needs = run.scenario.needs.length === 0 ? "" : ` under ${run.scenario.needs.join(", ")}`;
  const scale = scoreScale(summary.ranking);
  const titleOf = (mode: string): string => notes.find(({ name }) => name === modeOfVariant(mode))?.title ?? "";
  const ranked = summary.ranking.map((entry) => {
    // A link to what stands inside opens the fold around it, without a script.
    const about = html`<div id="${modeId(summary, entry.mode) ?? ""}">${askedText(entry.why)}</div>`;
    return html`<details class="mode paper"><summary><span class="rank-number">${String(entry.rank)}</span><b>${entry.mode}</b><span class="title">${titleOf(entry.mode)}</span><span class="score-text">${scoreText(entry)}</span>${scoreBar(entry, scale)}</summary>${about}</details>`;
  });
  const out = summary.excluded.map(
    ({ mode, why }) =>
      html`<details class="mode out paper"><summary><span class="rank-number">–</span><b>${mode}</b><span class="title">${titleOf(mode)}</span><span class="score-text">left out</span></summary><div id="${modeId(summary, mode) ?? ""}"><p>${why}</p></div></details>`,
  );
  return html`<section id="modes" aria-labelledby="modes-title"><h2 id="modes-title">What each mode needs and gives up${needs}</h2>
<p class="note">In rank order, with the score; ${EQUAL_RANKS}.</p>
${ranked}${out}</section>`;
}

/** `Needs: ...`, a paragraph each. */
function askedText(why: string): Markup {
  const { asks } = partsOfWhy(why);
  if (asks.length === 0) return html`<p>Nothing is known that it needs or gives up.</p>`;
  return html`${asks.map((sentence) => html`<p>${labelled(sentence)}</p>`)}`;
}

function labelled(sentence: string): Markup {
  const end = sentence.indexOf(": ");
  return end < 0 || end > 12 ? html`${sentence}` : html`<b>${sentence.slice(0, end)}</b> ${sentence.slice(end + 2)}`;
}
