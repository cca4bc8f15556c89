/**
 * The table of every cell with everything that belongs to it, folded.
 * @packageDocumentation
 */
import type { Cell, CellRatio, Summary } from "../../model/summary.js";
import { capital } from "../../units/capital.js";
import { formatCount, formatDelivered, formatInterval, formatPercent, ratioTexts } from "../../units/format.js";
import { confidenceOf, confidences, intervalName } from "../confidence.js";
import { decisionOf } from "../decisions.js";
import { html, type Markup } from "../markup.js";
import { limitSign } from "../no-drop.js";
import { baselinesOf, type MetricColumn, rowsOf } from "../outline.js";
import { percent, quantity, unbroken } from "./typeset.js";
import { doubtMark, verdictMark } from "./verdicts.js";

/** Every cell with everything that belongs to it, metric after metric. */
export function fullTable(summary: Summary, columns: readonly MetricColumn[]): Markup {
  if (columns.length === 0) return html``;
  const configured = rowsOf(summary).some((row) =>
    columns.some(({ name }) => row.cell(name)?.ratioConfigured !== undefined || row.ownHosts(name) !== undefined),
  );
  const names = columns.map(({ name }) => name);
  const mixed = confidences(summary, names).length > 1;
  const heads = [
    summary.venue === "cluster" ? "Path" : "Mode",
    "Ratio to host",
    capital(intervalName(summary, names)),
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
  return html`<section id="full"><details><summary>Every figure of every metric</summary>
<p class="note">The first n counts rounds with a ratio, the second observations behind the absolute median. Absolute medians have no interval: they move with the machine's hour, so only ratios are compared.</p>
${scrolling("Every cell", html`<table class="full"><thead><tr>${head}</tr></thead>${bodies}</table>`)}</details></section>`;
}

/** A wide table that scrolls within itself. On a phone the columns may end just at its edge, so that nothing shows that there are more. */
const scrolling = (label: string, table: Markup): Markup =>
  html`<p class="sideways">The table goes on to the right.</p><div class="scroll" role="region" tabindex="0" aria-label="${label}">${table}</div>`;

/** Every baseline with its absolute median: `host 21.4 Gbit/s, n = 48`. */
const hostsText = (summary: Summary, column: MetricColumn): string =>
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

/** What the full table has beyond the least. */
interface FullStyle {
  /** A column for the second baseline. */
  readonly configured: boolean;
  /** The confidence beside each interval, where they differ. */
  readonly mixed: boolean;
}

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

/** Offered, forwarded, lost and failed, the share delivered, and that of softirq in a CPU cost: whatever the cell has. */
export function countsText(cell: Cell): string {
  const counts = (["offered", "forwarded", "lost", "failed"] as const).flatMap((key) => {
    const count = cell.counts?.[key];
    return count === undefined ? [] : [`${formatCount(count)} ${key}`];
  });
  const delivered = cell.delivered === undefined ? [] : [`${formatDelivered(cell.delivered)} delivered`];
  return [...counts, ...delivered, ...(cell.softirqShare === undefined ? [] : [`softirq ${formatPercent(cell.softirqShare)}`])].join(", ");
}
