/**
 * The plots of the HTML report: one card a metric, with a legend that explains the marks.
 * @packageDocumentation
 */
import { type Summary, VERDICTS } from "../../model/summary.js";
import { intervalPlot, type PlotRow, type PlotValue } from "../charts/interval-plot.js";
import { confidenceText } from "../confidence.js";
import { html, type Markup } from "../markup.js";
import { limitSign } from "../no-drop.js";
import { baselinesOf, byFamily, hostWords, type MetricColumn, type ReportRow, rowsOf } from "../outline.js";
import { ratioSentence, STALLS_MEANING, VERDICT_MEANINGS } from "../words.js";
import { percent, quantity, unbroken } from "./typeset.js";

/** All plots, by family of metrics. */
export function figures(summary: Summary, columns: readonly MetricColumn[]): Markup {
  const plotted = columns.filter((column) => rowsOf(summary).some((row) => row.cell(column.name)?.ratio !== undefined));
  if (plotted.length === 0) return html``;
  const both = summary.modes.some((mode) => mode.cells.some((cell) => cell.ratioConfigured !== undefined));
  return html`<section id="plots" aria-labelledby="plots-title"><h2 id="plots-title">Every metric beside the ${summary.venue === "cluster" ? "hosts" : "host"}</h2>
<p class="note">Each mark is the median ratio to ${hostWords(summary)}, its line the interval (${confidenceText(
    summary,
    plotted.map(({ name }) => name),
  )}), the green band the margin. The axes are logarithmic and differ from plot to plot; point at a row for all of its numbers.</p>
${legend(both)}
${groups(plotted).map((group) => html`<h3>${group.title}</h3><div class="cards">${group.columns.map((column) => card(column, columns.indexOf(column), summary))}</div>`)}</section>`;
}

/** First what every reader looks at, then the details by family. */
function groups(columns: readonly MetricColumn[]): readonly { readonly title: string; readonly columns: readonly MetricColumn[] }[] {
  const main = columns.filter((column) => column.main);
  const rest = byFamily(columns.filter((column) => !column.main)).map((family) => ({
    title: family.family === "Latency" ? "Latency percentiles" : family.family === "HTTP" ? "HTTP request times" : family.family,
    columns: family.columns,
  }));
  return [...(main.length === 0 ? [] : [{ title: "Main metrics", columns: main }]), ...rest];
}

function legend(both: boolean): Markup {
  const marks = {
    same: html`<circle class="mark same" cx="7" cy="7" r="4"/>`,
    slower: html`<path class="mark slower" d="M7 11.5L2.2 3.4L11.8 3.4Z"/>`,
    faster: html`<path class="mark faster" d="M7 2.5L2.2 10.6L11.8 10.6Z"/>`,
    undecided: html`<circle class="mark undecided" cx="7" cy="7" r="4"/>`,
  };
  const items = VERDICTS.map(
    (verdict) =>
      html`<li class="${verdict}"><svg viewBox="0 0 14 14" aria-hidden="true">${marks[verdict]}</svg>${verdict}<span class="soft">: ${VERDICT_MEANINGS[verdict]}</span></li>`,
  );
  const own = both
    ? html`<li><svg viewBox="0 0 14 14" aria-hidden="true"><path d="M1 7H13" stroke="currentColor"/><rect x="5" y="5" width="4" height="4" fill="currentColor"/></svg>small square: ratio to the mode's own hosts</li>`
    : html``;
  return html`<ul class="legend">${items}${own}<li>~ ${STALLS_MEANING}</li><li>arrow at the edge: beyond the axis</li></ul>`;
}

function card(column: MetricColumn, index: number, summary: Summary): Markup {
  const rows = rowsOf(summary).map((row) => plotRow(row, column.name));
  const margin = column.margin ?? 0.05;
  const drawing = intervalPlot(rows, {
    id: `plot-${String(index)}`,
    title: `${column.name}: ratio to ${hostWords(summary)}`,
    description: rows.map((row) => row.sentence).join("; "),
    margin,
    better: column.better,
  });
  return html`<article class="card"><h4>${column.name}</h4><p>${unbroken(column.title)}<br>${hostsText(summary, column)} · margin ±${percent(margin)}</p>${drawing}</article>`;
}

/** Every baseline with its absolute median: `host 21.4 Gbit/s, n = 48`. */
export const hostsText = (summary: Summary, column: MetricColumn): string =>
  baselinesOf(summary)
    .map(({ name }, index) => `${name} ${hostText(column.hosts[index])}`)
    .join("; ");

/** A baseline's absolute median with its n, or why there is none. */
function hostText(host: MetricColumn["hosts"][number]): string {
  if (host === undefined) return "not measured";
  return host.median === null
    ? `${host.status}: ${host.reason ?? "no reason was recorded"}`
    : `${limitSign(host)}${quantity(host.median, host.unit)}, n = ${String(host.n)}`;
}

function plotRow(row: ReportRow, metric: string): PlotRow {
  const cell = row.cell(metric);
  const ratio = cell?.ratio;
  const own = cell?.ratioConfigured;
  if (ratio === undefined) {
    const word = cell === undefined ? "not measured" : cell.status === "measured" ? "no ratio" : cell.status;
    return { label: row.name, sentence: `${row.name}: ${word}${cell?.reason === undefined ? "" : `: ${cell.reason}`}`, value: word };
  }
  const sentence = [ratioSentence(row.name, ratio, cell?.cappedAt), ...(own === undefined ? [] : [ratioSentence(row.name, own)])].join(
    "; ",
  );
  return { label: row.name, sentence, value: plotValue(ratio), ...(own === undefined ? {} : { second: plotValue(own) }) };
}

function plotValue(ratio: {
  readonly median: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly verdict: PlotValue["verdict"];
  readonly stalls?: boolean | undefined;
  readonly limit?: PlotValue["limit"];
}): PlotValue {
  const { median, low, high, verdict, limit } = ratio;
  return { median, low, high, verdict, stalls: ratio.stalls === true, limit };
}
