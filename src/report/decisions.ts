/**
 * Which cells were decided, when, and what the open ones would still need.
 * @packageDocumentation
 */
import type { Cell, CellRatio, Summary } from "../model/summary.js";
import { formatCount, formatDuration } from "../units/format.js";
import { rowsOf, rowWord } from "./outline.js";

/** Metrics that are named as open; of more only the number is given. */
const MOST_NAMED = 4;
const UNKNOWN = Number.MAX_VALUE;

interface Compared {
  /** The mode, or the path of a cluster. */
  readonly row: string;
  readonly metric: string;
  readonly ratio: CellRatio;
}

/** The paragraph about these metrics; empty where nothing was compared, or by a podwire that did not record it. */
export function decisionsText(summary: Summary, metrics: readonly string[]): string {
  const compared = rowsOf(summary).flatMap((row) =>
    metrics.flatMap((metric): Compared[] => {
      const ratio = row.cell(metric)?.ratio;
      return ratio === undefined ? [] : [{ row: row.name, metric, ratio }];
    }),
  );
  if (!compared.some(({ ratio }) => ratio.decided !== undefined || ratio.stillNeeds !== undefined)) return "";
  const open = compared.filter(({ ratio }) => ratio.decided === undefined);
  return [decided(compared), spent(compared), stillOpen(open, rowWord(summary))].filter((sentence) => sentence !== "").join(" ");
}

function decided(compared: readonly Compared[]): string {
  const closed = compared.filter(({ ratio }) => ratio.verdict !== "undecided");
  const moments = closed.flatMap(({ ratio }) => ratio.decided?.seconds ?? []).sort((one, other) => one - other);
  const head = `${String(closed.length)} of ${String(compared.length)} ratios to the host are decided`;
  const looks = ([1, 2, 3, "end"] as const).flatMap((look) => {
    const count = closed.filter(({ ratio }) => ratio.decided?.look === look).length;
    return count === 0 ? [] : [`${String(count)} ${LOOKS[look]}`];
  });
  const last = moments.at(-1);
  const most = moments[Math.ceil(moments.length * 0.9) - 1];
  if (looks.length === 0 || last === undefined || most === undefined) return `${head}.`;
  const [by, end] = [formatDuration(most), formatDuration(last)];
  return `${head} (${looks.join(", ")}), ${by === end ? "" : `nine in ten of these by ${by}, `}the last at ${end}.`;
}

const LOOKS = { 1: "at the first look", 2: "at the second", 3: "at the third", end: "at the end of the budget" } as const;

function spent(compared: readonly Compared[]): string {
  const count = compared.filter(({ ratio }) => ratio.decided !== undefined && ratio.verdict === "undecided").length;
  return count === 0 ? "" : `${String(count)} lie so near the margin that three looks left them undecided.`;
}

/** Open cells by metric, those that need most last, and those of which that cannot be said behind them. */
function stillOpen(open: readonly Compared[], rows: string): string {
  if (open.length === 0) return "";
  const byMetric = new Map<string, Compared[]>();
  for (const one of open) byMetric.set(one.metric, [...(byMetric.get(one.metric) ?? []), one]);
  const needs = [...byMetric]
    .map(([metric, cells]) => ({ metric, cells, most: mostNeeded(cells) }))
    .sort((one, other) => (one.most?.seconds ?? UNKNOWN) - (other.most?.seconds ?? UNKNOWN));
  const named = needs.slice(0, MOST_NAMED).map(({ metric, cells, most }) => `${metric} of ${rowsText(cells, rows)} ${needText(most)}`);
  const rest = needs.length - named.length;
  return `Still open, to their next look: ${named.join("; ")}${rest > 0 ? `; ${String(rest)} more metrics` : ""}.`;
}

function mostNeeded(cells: readonly Compared[]): CellRatio["stillNeeds"] {
  const needs = cells.flatMap(({ ratio }) => ratio.stillNeeds ?? []);
  return needs.sort((one, other) => other.rounds - one.rounds)[0];
}

const rowsText = (cells: readonly Compared[], rows: string): string =>
  cells.length <= 2 ? cells.map(({ row }) => row).join(" and ") : `${String(cells.length)} ${rows}`;

const needText = (need: CellRatio["stillNeeds"]): string =>
  need === undefined ? "(too few rounds to tell)" : `${moreRounds(need.rounds)} at most, about ${formatDuration(need.seconds)}`;

/** When one cell was closed, or what it still needs, for a table's column. */
export function decisionOf({ ratio }: Cell): string {
  if (ratio === undefined) return "";
  const { decided: closed, stillNeeds, verdict } = ratio;
  if (closed !== undefined) {
    const look = closed.look === "end" ? "end of the budget" : `look ${String(closed.look)}`;
    return `${verdict === "undecided" ? "given up at " : ""}${look}, round ${String(closed.round + 1)}, ${formatDuration(closed.seconds)}`;
  }
  if (stillNeeds !== undefined) return `open: ${moreRounds(stillNeeds.rounds)}`;
  return verdict === "undecided" ? "open" : "";
}

const moreRounds = (rounds: number): string => `${formatCount(rounds)} more ${rounds === 1 ? "round" : "rounds"}`;
