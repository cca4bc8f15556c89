/**
 * A comparison as one HTML file: the answer, modes by questions, then each metric with both runs' ratios, and what is not alike around them.
 * @packageDocumentation
 */

import type { ComparedSide, GateOutcome, RunComparison } from "../../model/run-comparison.js";
import { capital } from "../../units/capital.js";
import { formatInterval, formatPercent, ratioTexts } from "../../units/format.js";
import { ratioStrip } from "../charts/ratio-strip.js";
import { ownAxis, type StripAxis } from "../charts/strip-axis.js";
import { documentText, listSection, pairsSection } from "../html/document.js";
import { firstScreen } from "../html/first-screen.js";
import { plotCard, plotId } from "../html/plot-card.js";
import { unbroken } from "../html/typeset.js";
import { html, type Markup } from "../markup.js";
import { questionOf } from "../questions.js";
import { foundWords } from "../reasons.js";
import { VERDICT_SIGNS, VERDICT_WORDS } from "../words.js";
import { comparisonAnswer } from "./answer.js";
import {
  byMetric,
  type ChangedCell,
  changedCells,
  flagsOf,
  intervalsText,
  isShown,
  type MetricChanges,
  missingLines,
  placeText,
  RATIO_MEANING_IN_WORDS,
  sideText,
} from "./outline.js";
import { type Compared, comparisonTable, rowLabel, rowName } from "./question-table.js";
import { refText, wholeRefText } from "./run-refs.js";

/**
 * The whole page as text.
 * @param scenario that of B
 */
export function renderComparisonHtml(comparison: RunComparison, scenario: Compared): string {
  const { a, b } = comparison;
  const answer = comparisonAnswer(comparison, scenario);
  const cells = changedCells(comparison);
  const shown = isShown(comparison);
  const [main, others] = [byMetric(cells.filter(shown)), byMetric(cells.filter((cell) => !shown(cell)))];
  const plotted = new Set(main.map(({ metric }) => metric));
  const body = html`${firstScreen(answer, {
    table: comparisonTable(comparison, scenario),
    words: { label: "B's ratios over A's", rows: scenario.venue === "cluster" ? "Path" : "Mode" },
    links: { row: () => undefined, question: (metric) => (plotted.has(metric) ? plotId(metric) : undefined) },
    verdicts: VERDICT_WORDS,
    figure: "B's ratio to its host over A's,",
    source: `A: ${refText(a)}. B: ${refText(b)}.`,
  })}
${textSection("warnings", "Before you read the figures", comparison.warnings)}
${gatesSection(comparison)}
${plots(main, others, scenario)}
${flagsSection(comparison)}
${textSection("missing", "Not in both runs", missingLines(comparison))}
${differencesSection(comparison)}
${pairsSection("method", "How to read it", [
  ["Figures", RATIO_MEANING_IN_WORDS],
  ["Intervals", intervalsText(comparison)],
  ["A", wholeRefText(a)],
  ["B", wholeRefText(b)],
])}`;
  return documentText({ title: `podwire: ${answer[0]?.short ?? "A and B"}`, podwire: b.podwire, body, foot: comparison.schema });
}

/** Each check by what it found; the codename behind it is the one of machine output. */
const flagsSection = (comparison: RunComparison): Markup =>
  listSection(
    "flags",
    "Doubts; each run's own report has the evidence and what to do",
    flagsOf(comparison).map(
      ({ check, side, cells }) => html`<b>${capital(foundWords(check))}</b> <code>${check}</code> in ${side}: ${unbroken(cells)}`,
    ),
  );

const textSection = (id: string, title: string, lines: readonly string[]): Markup => listSection(id, title, lines.map(unbroken));

const OUTCOMES: Readonly<Record<GateOutcome, string>> = { failed: "fails", warned: "undecided", passed: "holds", skipped: "skipped" };
const OUTCOME_STYLES: Readonly<Record<GateOutcome, string>> = { failed: "slower", warned: "undecided", passed: "same", skipped: "soft" };

function gatesSection({ gates }: RunComparison): Markup {
  if (gates.length === 0) return html``;
  const rows = gates.flatMap(({ gate, judgements }) =>
    judgements.map(
      ({ mode, outcome, reason }) =>
        html`<tr><td class="verdict ${OUTCOME_STYLES[outcome]}">${OUTCOMES[outcome]}</td><th scope="row"><code>${gate}</code></th><td>${mode}</td><td>${reason}</td></tr>`,
    ),
  );
  return html`<section id="gates" aria-labelledby="gates-title"><h2 id="gates-title">Gates</h2><div class="scroll" role="region" tabindex="0" aria-label="Gates"><table><thead><tr><th scope="col">Outcome</th><th scope="col">Gate</th><th scope="col">Mode</th><th scope="col">Why</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function differencesSection({ differences }: RunComparison): Markup {
  if (differences.length === 0)
    return textSection("differences", "Around the runs", ["Nothing that was recorded around the two runs differs."]);
  const value = (text: string | null): Markup => html`<td>${text ?? "not recorded"}</td>`;
  const rows = differences.map(
    ({ group, name, a, b }) => html`<tr><th scope="row">${name}</th><td class="soft">${group}</td>${value(a)}${value(b)}</tr>`,
  );
  return html`<section id="differences" aria-labelledby="differences-title"><h2 id="differences-title">What differs around the runs</h2><div class="scroll" role="region" tabindex="0" aria-label="Differences"><table class="around"><thead><tr><th scope="col">What</th><th scope="col">Where</th><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody>${rows}</tbody></table></div></section>`;
}

function plots(main: readonly MetricChanges[], others: readonly MetricChanges[], scenario: Compared): Markup {
  if (main.length + others.length === 0) return html``;
  const folded =
    others.length === 0
      ? html``
      : html`<details><summary>All other figures</summary><div class="cards">${others.map((one) => card(one, `other-${plotId(one.metric)}`, scenario))}</div></details>`;
  return html`<section id="questions" aria-labelledby="questions-title"><h2 id="questions-title">Question by question</h2>
<p class="note">B/A with its interval; below it each run's own ratio to its host. Each plot has an axis of its own; the band is the margin.</p>
<div class="cards">${main.map((one) => card(one, plotId(one.metric), scenario))}</div>${folded}</section>`;
}

function card({ metric, title, better, cells }: MetricChanges, id: string, scenario: Compared): Markup {
  const margin = cells[0]?.change.margin ?? 0.05;
  const extents = cells.map(({ change: { median, low, high } }) => ({ low: low ?? median, high: high ?? median }));
  const axis = ownAxis(extents, margin, better);
  return plotCard({
    id,
    metric,
    long: questionOf(metric, scenario).long,
    about: html`${unbroken(title)}; ${better} is better, margin ±${formatPercent(margin)}`,
    heads: ["B/A", "Interval", "A and B"],
    rows: cells.map((cell) => changeRow(cell, nameOf(cell, scenario), axis)),
    axis,
  });
}

/** A path of a cluster is called as the matrix calls it. */
const nameOf = (cell: ChangedCell, scenario: Compared): string =>
  scenario.venue === "cluster" ? rowLabel(rowName(cell, scenario), scenario) : placeText(cell);

function changeRow(cell: ChangedCell, name: string, axis: StripAxis): Markup {
  const { median, low, high, verdict } = cell.change;
  const texts = ratioTexts(median, low, high);
  const own = [ownRatio("A", cell.a), ownRatio("B", cell.b)];
  return html`<tr><th scope="row">${name}</th><td class="drawn">${ratioStrip({ median, low, high, verdict }, axis)}</td><td class="ratio">${texts.median}<span class="verdict ${verdict}" aria-hidden="true"> ${VERDICT_SIGNS[verdict]}</span><span class="unseen"> ${VERDICT_WORDS[verdict]}</span></td><td class="interval">${formatInterval(texts)}</td><td class="absolute">${own}</td></tr>`;
}

/** A run's own ratio to its host, with the rounds behind it. */
const ownRatio = (run: string, side: ComparedSide): Markup =>
  html`<span class="own-ratio">${run} ${sideText(side)}, n ${String(side.ratio?.n ?? 0)}</span>`;
