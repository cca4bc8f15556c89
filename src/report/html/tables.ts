/**
 * The tables of the HTML report: the ranking, the overview of main metrics, and the full table of every cell.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import type { Cell, CellRatio, Summary, Verdict } from "../../model/summary.js";
import { formatCount, formatInterval, formatPercent, ratioTexts } from "../../units/format.js";
import { scoreBar, scoreScale } from "../charts/score-bar.js";
import { CONFIDENCE_MEANING, confidenceOf, confidences, confidenceText, intervalName } from "../confidence.js";
import { decisionOf } from "../decisions.js";
import { html, type Markup } from "../markup.js";
import { insteadOfRatio, limitSign } from "../no-drop.js";
import { baselinesOf, hostWords, type MetricColumn, mainColumns, type ReportRow, rowsOf } from "../outline.js";
import { partsOfWhy } from "../why.js";
import { STALLS_MEANING, scoreMeaning, scoreText, verdictText } from "../words.js";
import { hostsText } from "./figures.js";
import { percent, quantity, quantityShort, unbroken } from "./typeset.js";

/** A symbol beside each verdict's word. */
export const VERDICT_SYMBOLS: Readonly<Record<Verdict, string>> = { faster: "▲", same: "=", slower: "▼", undecided: "?" };

/** The ranking under the stated needs, with the modes that are left out below. */
export function rankingTable(summary: Summary, run: Run): Markup {
  if (summary.ranking.length + summary.excluded.length === 0) return html``;
  const needs = run.scenario.needs.length === 0 ? "" : ` under ${run.scenario.needs.join(", ")}`;
  const scale = scoreScale(summary.ranking);
  const rows = summary.ranking.map(
    (entry) =>
      html`<tr><td class="place">${String(entry.rank)}</td><th scope="row">${entry.mode}</th><td class="nowrap">${scoreText(entry)}</td><td class="bar">${scoreBar(entry, scale)}</td><td class="why">${whyText(entry.why)}</td></tr>`,
  );
  const out = summary.excluded.map(
    (entry) =>
      html`<tr class="out"><td class="place">–</td><th scope="row">${entry.mode}</th><td class="nowrap">left out</td><td class="bar"></td><td class="why">${entry.why}</td></tr>`,
  );
  return html`<section id="ranking" aria-labelledby="ranking-title"><h2 id="ranking-title">Ranking${needs}</h2>
<p class="note">The score is the ${scoreMeaning(summary)}. Modes with the same rank cannot be told apart.</p>
<table class="rank"><thead><tr><th scope="col">Rank</th><th scope="col">Mode</th><th scope="col">Score</th><th scope="col" class="bar"><span class="unseen">Score drawn</span></th><th scope="col">Why</th></tr></thead><tbody>${rows}${out}</tbody></table></section>`;
}

/** What was measured, and below it what the mode asks. */
function whyText(why: string): Markup {
  const { measured, asks } = partsOfWhy(why);
  return html`${measured}${asks.map((sentence) => html`<span>${sentence}</span>`)}`;
}

/** A wide table that scrolls within itself. On a phone the columns may end just at its edge, so that nothing shows that there are more. */
const scrolling = (label: string, table: Markup): Markup =>
  html`<p class="sideways">The table goes on to the right.</p><div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;

/** The first metric of each workload: one row a mode, one column a metric. */
export function overviewTable(summary: Summary, columns: readonly MetricColumn[]): Markup {
  const shown = mainColumns(columns);
  const shownRows = rowsOf(summary);
  if (shown.length === 0 || shownRows.length === 0) return html``;
  const head = shown.map(
    (column) =>
      html`<th scope="col"><b>${column.name}</b><span>${column.better} is better</span><span>${sameRounds(column) ? `n ${String(column.rounds?.most ?? 0)}` : ""}</span></th>`,
  );
  const hosts = baselinesOf(summary).map(
    (row, index) => html`<tr>${rowHead(row)}${shown.map((column) => html`<td>${hostCell(column.hosts[index])}</td>`)}</tr>`,
  );
  const rows = shownRows.flatMap((row) => [
    html`<tr>${rowHead(row)}${shown.map((column) => overviewCell(row.cell(column.name), row.cell(column.name)?.ratio, !sameRounds(column)))}</tr>`,
    ...ownHostsRows(row, shown),
  ]);
  return html`<section id="overview" aria-labelledby="overview-title"><h2 id="overview-title">Ratio to ${hostWords(summary)}</h2>
<p class="note">Median of in-round ratios, its interval (${confidenceText(
    summary,
    shown.map(({ name }) => name),
  )}: ${CONFIDENCE_MEANING}), the number of rounds n, and the verdict. “Slower” always means worse, “undecided” that the interval straddles the margin, ~ that the ${summary.venue === "cluster" ? "path" : "mode"} ${STALLS_MEANING}, ! that a check doubts the figure.</p>
${scrolling(`Ratios to ${hostWords(summary)}`, html`<table class="overview"><thead><tr><th scope="col">${rowHeading(summary)}</th>${head}</tr></thead><tbody>${hosts}${rows}</tbody></table>`)}</section>`;
}

/** Whether all modes have the same number of rounds: then it stands once, in the head. */
const sameRounds = (column: MetricColumn): boolean => column.rounds !== undefined && column.rounds.least === column.rounds.most;

/** A path's name with what it is below; a mode's name alone. */
const rowHead = ({ name, caption }: ReportRow): Markup =>
  html`<th scope="row">${name}${caption === undefined ? "" : html`<span class="caption">${caption}</span>`}</th>`;

const rowHeading = (summary: Summary): string => (summary.venue === "cluster" ? "Path" : "Mode");

function hostCell(host: MetricColumn["hosts"][number]): Markup {
  if (host === undefined) return html`<span class="soft">not measured</span>`;
  return host.median === null
    ? html`<span class="soft">${host.status}</span>`
    : html`<b>${limitSign(host)}${quantityShort(host.median, host.unit)}</b><span class="soft">n ${String(host.n)}</span>`;
}

/** With the second baseline: what the pods lose against their own hosts, which have the mode's rules. */
function ownHostsRows(row: ReportRow, columns: readonly MetricColumn[]): readonly Markup[] {
  const ratios = columns.map((column) => ({ column, ratio: row.cell(column.name)?.ratioConfigured }));
  if (ratios.every(({ ratio }) => ratio === undefined)) return [];
  const cells = ratios.map(({ column, ratio }) =>
    ratio === undefined ? html`<td></td>` : overviewCell(undefined, ratio, !sameRounds(column)),
  );
  return [html`<tr class="own"><th scope="row"><span class="unseen">${row.name} </span>of its own hosts</th>${cells}</tr>`];
}

function overviewCell(cell: Cell | undefined, ratio: CellRatio | undefined, withRounds: boolean): Markup {
  if (ratio === undefined) return html`<td class="soft" title="${cell?.reason ?? ""}">${statusWord(cell)}</td>`;
  const texts = ratioTexts(ratio.median, ratio.low, ratio.high, ratio.limit);
  return html`<td><b>${texts.median}</b><span class="soft">${formatInterval(texts)}</span>${verdictMark(ratio, cell)}${withRounds ? html`<span class="soft">n ${String(ratio.n)}</span>` : ""}</td>`;
}

const statusWord = (cell: Cell | undefined): string => insteadOfRatio(cell, ({ unit }, median) => quantityShort(median, unit));

const verdictMark = (ratio: CellRatio, cell?: Cell): Markup =>
  html`<span class="verdict ${ratio.verdict}">${VERDICT_SYMBOLS[ratio.verdict]} ${verdictText(ratio, cell?.cappedAt)}${ratio.stalls === true ? html` <span title="${STALLS_MEANING}">~</span>` : ""}${doubtMark(cell)}</span>`;

function doubtMark(cell: Cell | undefined): Markup {
  const flags = cell?.flags ?? [];
  if (flags.length === 0) return html``;
  return html` <span title="${flags.map(({ check, sentence }) => `${check}: ${sentence}`).join("; ")}">!</span>`;
}

/** Every cell with everything that belongs to it, metric after metric. */
export function fullTable(summary: Summary, columns: readonly MetricColumn[]): Markup {
  if (columns.length === 0) return html``;
  const configured = rowsOf(summary).some((row) =>
    columns.some(({ name }) => row.cell(name)?.ratioConfigured !== undefined || row.ownHosts(name) !== undefined),
  );
  const names = columns.map(({ name }) => name);
  const mixed = confidences(summary, names).length > 1;
  const heads = [
    rowHeading(summary),
    "Ratio to host",
    capitalised(intervalName(summary, names)),
    "Verdict",
    "n",
    "Decided",
    ...(configured ? ["Ratio to its own hosts"] : []),
    "Absolute median",
    "n",
    "Counts",
  ];
  const bodies = columns.map(
    (column) =>
      html`<tbody><tr class="metric"><th colspan="${String(heads.length)}" scope="rowgroup"><div>${column.name}<span>${unbroken(column.title)}; ${column.better} is better; ${hostsText(summary, column)}</span></div></th></tr>${fullRows(summary, column, { configured, mixed })}</tbody>`,
  );
  const head = heads.map(
    (text) => html`<th scope="col"${["Ratio to host", "n", "Absolute median"].includes(text) ? html` class="num"` : ""}>${text}</th>`,
  );
  return html`<section id="full" aria-labelledby="full-title"><h2 id="full-title">The full table</h2>
<p class="note">The first n counts rounds with a ratio, the second observations behind the absolute median. Absolute medians have no interval: they move with the machine's hour, so only ratios are compared.</p>
${scrolling("Every cell", html`<table class="full"><thead><tr>${head}</tr></thead>${bodies}</table>`)}</section>`;
}

/** What the full table has beyond the least. */
interface FullStyle {
  /** A column for the second baseline. */
  readonly configured: boolean;
  /** The confidence beside each interval, where they differ. */
  readonly mixed: boolean;
}

const capitalised = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function fullRows(summary: Summary, column: MetricColumn, style: FullStyle): readonly Markup[] {
  return [...baselinesOf(summary), ...rowsOf(summary)].flatMap((row) => {
    const cell = row.cell(column.name);
    const own = row.ownHosts(column.name);
    return [
      ...(cell === undefined ? [] : [fullRow(row.name, cell, style)]),
      ...(own === undefined ? [] : [fullRow(`${row.name}: its own hosts`, own, style)]),
    ];
  });
}

function fullRow(name: string, cell: Cell, { configured, mixed }: FullStyle): Markup {
  const { ratio, ratioConfigured } = cell;
  const texts = ratio === undefined ? undefined : ratioTexts(ratio.median, ratio.low, ratio.high, ratio.limit);
  const compared =
    ratio === undefined || texts === undefined
      ? html`<td class="soft small" colspan="5">${whyNoRatio(cell)}${doubtMark(cell)}</td>`
      : html`<td class="num">${texts.median}</td><td class="nowrap">${formatInterval(texts)}${mixed && texts.low !== undefined ? html` <span class="soft">${percent(confidenceOf(ratio))}</span>` : ""}</td><td>${verdictMark(ratio, cell)}</td><td class="num">${String(ratio.n)}</td><td class="small soft">${decisionOf(cell)}</td>`;
  const own = configured ? html`<td class="nowrap">${ratioConfigured === undefined ? "" : ownCell(ratioConfigured)}</td>` : html``;
  const median = cell.median === null ? "" : `${limitSign(cell)}${quantity(cell.median, cell.unit)}`;
  return html`<tr><th scope="row">${name}</th>${compared}${own}<td class="num">${median}</td><td class="num">${String(cell.n)}</td><td class="small soft nowrap">${countsText(cell)}</td></tr>`;
}

function whyNoRatio(cell: Cell): string {
  if (cell.status === "measured") return cell.reason ?? "the baseline";
  return `${cell.status}: ${cell.reason ?? "no reason was recorded"}`;
}

function ownCell(ratio: CellRatio): Markup {
  const texts = ratioTexts(ratio.median, ratio.low, ratio.high, ratio.limit);
  return html`${texts.median} ${formatInterval(texts)} ${verdictMark(ratio)} <span class="soft">n ${String(ratio.n)}</span>`;
}

/** Offered, forwarded, lost and failed, and the share of softirq in a CPU cost: whatever the cell has. */
export function countsText(cell: Cell): string {
  const counts = (["offered", "forwarded", "lost", "failed"] as const).flatMap((key) => {
    const count = cell.counts?.[key];
    return count === undefined ? [] : [`${formatCount(count)} ${key}`];
  });
  return [...counts, ...(cell.softirqShare === undefined ? [] : [`softirq ${formatPercent(cell.softirqShare)}`])].join(", ");
}
