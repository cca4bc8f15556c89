/**
 * The table of ratios: modes or paths as rows, metrics as columns, as many beside each other as the width allows and the rest below.
 * @packageDocumentation
 */
import type { Summary } from "../../model/summary.js";
import { exactRate, formatQuantityShort } from "../../units/format.js";
import { limitSign } from "../no-drop.js";
import { baselinesOf, byFamily, type MetricColumn, type ReportRow, rowsOf } from "../outline.js";
import { type ColumnStyle, setColumn, type TableCell, tableCell } from "./cells.js";
import { columnBlocks } from "./column-blocks.js";
import type { Paint } from "./paint.js";
import { displayWidth, padEnd, plain, truncateMiddle } from "./text.js";

const GAP = "  ";
/** Names of variants are longer, and told apart by their ends. */
const WIDEST_LABEL = 32;

/** A row of the table: a mode against the host, or one of its rows about its own hosts. */
interface Row {
  readonly label: string;
  readonly quiet: boolean;
  cell(metric: string): TableCell;
}

interface Block {
  readonly labelWidth: number;
  readonly columns: readonly SetColumn[];
}

interface SetColumn {
  readonly width: number;
  readonly head: readonly string[];
  readonly texts: readonly string[];
}

/** Lines of all tables, one family of metrics after the other, each with its heading. */
export function ratioTable(summary: Summary, columns: readonly MetricColumn[], width: number, paint: Paint): readonly string[] {
  const rows = tableRows(summary, columns);
  if (rows.length === 0) return [];
  const hosts = baselinesOf(summary).map(({ name }) => name);
  const families = byFamily(columns);
  const layouts = [false, true].map((words) =>
    families.map(({ family, columns: members }) => ({ family, blocks: blocksOf(members, rows, { words, hosts }, width, paint) })),
  );
  const [signs = [], words = []] = layouts;
  const count = (layout: typeof signs): number => layout.reduce((sum, one) => sum + one.blocks.length, 0);
  const chosen = fits(words, width) && count(words) <= count(signs) ? words : signs;
  return chosen.flatMap(({ family, blocks }) => [
    "",
    paint("heading", family),
    ...blocks.flatMap((block, index) => [...(index === 0 ? [] : [""]), ...drawn(block, rows, hosts, paint)]),
  ]);
}

const blockWidth = (block: Block): number => block.labelWidth + block.columns.reduce((sum, column) => sum + GAP.length + column.width, 0);
const fits = (layout: readonly { readonly blocks: readonly Block[] }[], width: number): boolean =>
  layout.every(({ blocks }) => blocks.every((block) => blockWidth(block) <= width));

function tableRows(summary: Summary, columns: readonly MetricColumn[]): readonly Row[] {
  const metrics = columns.map(({ name }) => name);
  return rowsOf(summary).flatMap((row) => [tableRow(row), ...podToPodRows(row), ...ownHostsRows(row, metrics)]);
}

function tableRow(row: ReportRow): Row {
  return { label: plain(row.name), quiet: false, cell: (metric) => tableCell(row.cell(metric), row.cell(metric)?.ratio) };
}

/** Beside a Service's address: the pod's own. */
function podToPodRows({ podToPod }: ReportRow): readonly Row[] {
  if (podToPod === undefined) return [];
  return [{ label: "  pod to pod", quiet: true, cell: (metric) => tableCell(podToPod(metric), podToPod(metric)?.ratio) }];
}

/** With the second baseline: what the pods lose against their own hosts, which have the mode's rules. */
function ownHostsRows(row: ReportRow, metrics: readonly string[]): readonly Row[] {
  if (!metrics.some((metric) => row.cell(metric)?.ratioConfigured !== undefined)) return [];
  return [{ label: "  of its own hosts", quiet: true, cell: (metric) => row.cell(metric)?.ratioConfigured ?? "" }];
}

function blocksOf(
  columns: readonly MetricColumn[],
  rows: readonly Row[],
  { words, hosts }: { readonly words: boolean; readonly hosts: readonly string[] },
  width: number,
  paint: Paint,
): readonly Block[] {
  const labelWidth = Math.min(
    WIDEST_LABEL,
    Math.max(...hosts.map(displayWidth), ...rows.map((row) => displayWidth(row.label))),
    Math.max(4, width - 30),
  );
  const set = columns.map((column) => setMetric(column, rows, words, paint));
  return columnBlocks(set, width - labelWidth, GAP.length).map((members) => ({ labelWidth, columns: members }));
}

function setMetric(column: MetricColumn, rows: readonly Row[], words: boolean, paint: Paint): SetColumn {
  const style: ColumnStyle = { words, counts: column.rounds !== undefined && column.rounds.least !== column.rounds.most };
  const head = [`${plain(column.name)}${capText(column)}`, `${column.better} is better${roundsOf(column)}`, ...column.hosts.map(hostText)];
  const { width, texts } = setColumn(
    rows.map((row) => row.cell(column.name)),
    style,
    paint,
    Math.max(...head.map(displayWidth)),
  );
  return { width, head, texts };
}

/** Rounds in the head where all of the column have the same; else every cell has its own. */
function roundsOf({ rounds }: MetricColumn): string {
  return rounds !== undefined && rounds.least === rounds.most ? `, n ${String(rounds.most)}` : "";
}

/** Figures that were held to a rate say so in their head. */
const capText = ({ cappedAt }: MetricColumn): string => (cappedAt === undefined ? "" : ` up to ${exactRate(cappedAt)}`);

function hostText(host: MetricColumn["hosts"][number]): string {
  if (host === undefined) return "not measured";
  return host.median === null ? host.status : `${limitSign(host)}${formatQuantityShort(host.median, host.unit)} (n ${String(host.n)})`;
}

function drawn(block: Block, rows: readonly Row[], hosts: readonly string[], paint: Paint): readonly string[] {
  const { columns, labelWidth } = block;
  const line = (label: string, texts: readonly string[]): string => [label, ...texts].join(GAP).trimEnd();
  const head = (label: string, index: number, role: "strong" | "quiet"): string =>
    line(
      paint(role, padEnd(label, labelWidth)),
      columns.map((column) => paint(role, padEnd(column.head[index] ?? "", column.width))),
    );
  return [
    head("", 0, "strong"),
    head("", 1, "quiet"),
    ...hosts.map((host, index) => head(host, 2 + index, "strong")),
    paint("quiet", "─".repeat(blockWidth(block))),
    ...rows.map((row, index) => {
      const label = padEnd(truncateMiddle(row.label, labelWidth), labelWidth);
      return line(
        row.quiet ? paint("quiet", label) : label,
        columns.map((column) => column.texts[index] ?? ""),
      );
    }),
  ];
}
