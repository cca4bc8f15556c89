/**
 * Every metric on its own: ratios on an axis of their own, and beside them their intervals and the absolute medians.
 * @packageDocumentation
 */
import type { Cell, CellRatio, Summary } from "../../model/summary.js";
import { formatInterval, ratioTexts } from "../../units/format.js";
import { ratioStrip, type StripValue } from "../charts/ratio-strip.js";
import { ownAxis, type StripAxis } from "../charts/strip-axis.js";
import { confidenceText } from "../confidence.js";
import { labelOf } from "../labels.js";
import { html, type Markup } from "../markup.js";
import { insteadOfRatio } from "../no-drop.js";
import { baselinesOf, byFamily, type MetricColumn, type ReportRow, rowsOf } from "../outline.js";
import type { Question } from "../questions.js";
import { inFullWords, partsOf } from "../reasons.js";
import { ratioSentence, STALLS_MEANING, VERDICT_SIGNS, VERDICT_WORDS } from "../words.js";
import { plotCard, plotId } from "./plot-card.js";
import { figureText, percent, unbroken } from "./typeset.js";
import { doubtMark } from "./verdicts.js";

/** A metric with its names in words of the field. */
export interface Plotted {
  readonly question: Pick<Question, "long" | "inWords">;
  readonly column: MetricColumn;
}

/** First the questions, open; the other metrics by family, folded. */
export function questionPlots(summary: Summary, questions: readonly Plotted[], others: readonly Plotted[]): Markup {
  const rows = rowsOf(summary);
  const compared = ({ column: { name } }: Plotted): boolean => rows.some((row) => row.cell(name)?.ratio !== undefined);
  const main = questions.filter(compared);
  const beside = others.filter(compared);
  const rest = byFamily(beside.map(({ column }) => column)).map(({ family, columns }) => ({
    family,
    plotted: beside.filter(({ column }) => columns.includes(column)),
  }));
  if (main.length === 0 && rest.length === 0) return html``;
  const folded = rest.map(
    ({ family, plotted }) =>
      html`<details><summary>${family}: ${plotted.map(({ question }) => question.inWords).join(", ")}</summary><div class="cards">${plotted.map((one) => card(one, summary))}</div></details>`,
  );
  return html`<section id="questions" aria-labelledby="questions-title"><h2 id="questions-title">Question by question</h2>
<p class="note">${legendText(summary, main)}</p>
<div class="cards">${main.map((one) => card(one, summary))}</div>${folded}</section>`;
}

/** How to read the plots: what the matrix has not said yet. */
function legendText(summary: Summary, plotted: readonly Plotted[]): string {
  const names = plotted.map(({ column }) => column.name);
  const inWords = (metric: string): string => plotted.find(({ column }) => column.name === metric)?.question.inWords ?? metric;
  const own = summary.modes.some((mode) => mode.cells.some((cell) => cell.ratioConfigured !== undefined));
  return `Ratios with their intervals (${confidenceText(summary, names, inWords)}) and absolute medians. Each plot has an axis of its own; the band is the margin.${own ? " Small squares: ratio to the mode's own hosts, which carry its rules." : ""}`;
}

function card({ question: { long }, column }: Plotted, summary: Summary): Markup {
  const rows = rowsOf(summary);
  const axis = axisOf(rows, column);
  const baselines = baselinesOf(summary).map(
    (row, index) =>
      html`<tr class="baseline"><th scope="row">${labelOf(summary, row.name)}</th><td class="drawn">${ratioStrip(undefined, axis)}</td><td class="ratio"></td><td class="interval"></td><td class="absolute">${absolute(column.hosts[index])}</td></tr>`,
  );
  const direction = column.better === "higher" ? "higher is better" : "lower is better";
  const held = column.margin === undefined ? "" : `, margin ±${percent(column.margin)}`;
  return plotCard({
    id: plotId(column.name),
    metric: column.name,
    long,
    about: html`${unbroken(column.title)}; ${direction}${held}`,
    heads: ["Ratio", "Interval", "Absolute median"],
    rows: [...baselines, ...rows.map((row) => plotRow({ ...row, name: labelOf(summary, row.name) }, column, axis, summary.venue))],
    axis,
  });
}

/** The axis that holds what the rows have of a metric. */
function axisOf(rows: readonly ReportRow[], { name, margin, better }: MetricColumn): StripAxis {
  const extents = rows.flatMap((row) => {
    const cell = row.cell(name);
    const values = [cell?.ratio ?? [], cell?.ratioConfigured ?? []].flat();
    const ends = values.flatMap((value) => [value.low ?? value.median, value.high ?? value.median]);
    return ends.length === 0 ? [] : [{ low: Math.min(...ends), high: Math.max(...ends) }];
  });
  return ownAxis(extents, margin ?? 0.05, better);
}

function plotRow(row: ReportRow, { name }: MetricColumn, axis: StripAxis, venue: Summary["venue"]): Markup {
  const cell = row.cell(name);
  const ratio = cell?.ratio;
  if (ratio === undefined) {
    const why = cell?.reason === undefined ? "" : inFullWords(partsOf(cell.reason, venue));
    return html`<tr title="${why}"><th scope="row">${row.name}</th><td class="drawn">${ratioStrip(undefined, axis)}</td><td class="none" colspan="2">${insteadOfRatio(cell, ({ unit }, median) => figureText({ median, unit, atLeast: false }))}</td><td class="absolute">${absolute(cell)}</td></tr>`;
  }
  const own = cell?.ratioConfigured;
  const texts = ratioTexts(ratio.median, ratio.low, ratio.high, ratio.limit);
  const sentence = [ratioSentence(row.name, ratio, cell?.cappedAt), ...(own === undefined ? [] : [ratioSentence(row.name, own)])].join(
    "; ",
  );
  return html`<tr title="${sentence}"><th scope="row">${row.name}</th><td class="drawn">${ratioStrip(stripValue(ratio), axis, own === undefined ? undefined : stripValue(own))}</td><td class="ratio">${texts.median}<span class="verdict ${ratio.verdict}" aria-hidden="true"> ${VERDICT_SIGNS[ratio.verdict]}</span><span class="unseen"> ${VERDICT_WORDS[ratio.verdict]}</span>${stalls(ratio)}${doubtMark(cell)}</td><td class="interval">${formatInterval(texts)}</td><td class="absolute">${absolute(cell)}</td></tr>`;
}

const stalls = ({ stalls: does }: CellRatio): Markup => (does === true ? html` <span title="${STALLS_MEANING}">~</span>` : html``);

const stripValue = ({ median, low, high, verdict }: CellRatio): StripValue => ({ median, low, high, verdict });

/** An absolute median, or why there is none. */
function absolute(cell: Cell | undefined): string {
  if (cell === undefined) return "not measured";
  const { median, unit, bound } = cell;
  return median === null ? "" : figureText({ median, unit, atLeast: bound !== undefined });
}
