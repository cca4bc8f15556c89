/**
 * The report as GitHub Markdown that pastes well into a ticket: the answer and the matrix in 25 lines for a dozen modes, the rest folded away.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import type { Cell, CellRatio, Summary } from "../../model/summary.js";
import { formatMoment, formatQuantity, formatRatio } from "../../units/format.js";
import { answerOf } from "../answer.js";
import { confidenceText } from "../confidence.js";
import { triedParts } from "../conformance/markdown.js";
import { decisionsText } from "../decisions.js";
import { doubtedCells, doubtText } from "../doubts.js";
import { gapSubject, gapsOf } from "../gaps.js";
import { givenUpIn } from "../given-up.js";
import { inspectionBody } from "../inspection/markdown.js";
import { nodeGrids, pairOf, pairText } from "../matrix.js";
import { deviationFacts, methodFacts } from "../method.js";
import { insteadOfRatio, limitSign } from "../no-drop.js";
import { baselinesOf, byFamily, columnsOf, hostWords, type MetricColumn, type ModeNotes, type ReportRow, rowsOf } from "../outline.js";
import { questionTable } from "../question-table.js";
import { reasonText } from "../reasons.js";
import { REMEDIES } from "../remedies.js";
import { SERVICE_COUNTS_MEANING, serviceCountGaps, serviceCountTable } from "../service-counts.js";
import { EQUAL_RANKS, scoreMeaning, scoreText, verdictText } from "../words.js";
import { answerParagraph, folded, table } from "./blocks.js";
import { matrix, matrixLegend } from "./matrix.js";
import { plainText } from "./plain-text.js";

/** What the text knows beyond the run. */
export interface MarkdownOptions {
  /** What the catalogue says about modes: stand-ins and deviations are taken from it. */
  readonly notes?: readonly ModeNotes[];
}

/** The whole report as Markdown. */
export function renderMarkdown(summary: Summary, run: Run, options: MarkdownOptions = {}): string {
  const columns = columnsOf(summary, run);
  const table = questionTable(summary, run);
  const parts = [
    answerParagraph(answerOf(summary, run)),
    matrix(table, summary.venue === "cluster" ? "path" : "mode"),
    `${matrixLegend(table, `Ratio to ${hostWords(summary)}`)} podwire ${plainText(run.podwire)} ${summary.venue}, ${plainText(formatMoment(run.startedAt))}.`,
    ...folded("Doubts, and what to do about them", [doubts(summary)]),
    ...folded("Not measured, and why", [cutShort(summary), gaps(summary), givenUp(summary)]),
    ...folded("Ranking, needs and losses", [ranking(summary, run)]),
    ...folded("What works, tried with packets", triedParts(summary.conformance)),
    ...folded("Pairs of nodes", matrixTables(summary)),
    ...folded("By the number of Services", serviceCountsTable(summary)),
    ...folded(
      "Every figure",
      byFamily(columns)
        .map((family) => `**${family.family}**\n\n${ratioTable(summary, family.columns)}`)
        .concat(columnsLegend(summary, columns)),
    ),
    ...(summary.inspection === undefined ? [] : folded("What the network is", [inspectionBody(summary.inspection)])),
    ...folded("How it was measured, and where", [
      plainText(decisionsText(summary, namesOf(columns))),
      bullets([
        ...methodFacts(summary, run, columns).map((fact) => [fact.label, fact.text] as const),
        ...deviationFacts(summary, options.notes ?? []).map((fact) => [`Stand-ins and deviations of ${fact.label}`, fact.text] as const),
        ...Object.entries(summary.environment),
      ]),
    ]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** What the cells of the tables of every figure hold. */
function columnsLegend(summary: Summary, columns: readonly MetricColumn[]): string {
  const baselines = baselinesOf(summary).map(({ name }) => name);
  return `Ratio to ${hostWords(summary)} \\[${plainText(`interval: ${confidenceText(summary, namesOf(columns))}`)}\\] verdict, n rounds; ${baselines.join(", ")}: absolute median, n observations.`;
}

function ratioTable(summary: Summary, columns: readonly MetricColumn[]): string {
  const shown = rowsOf(summary);
  if (columns.length === 0 || shown.length === 0) return "Nothing was measured that can be compared with the host.";
  const head = [
    summary.venue === "cluster" ? "path" : "mode",
    ...columns.map((column) => `${plainText(column.name)} (${column.better} is better)`),
  ];
  const hosts = baselinesOf(summary).map(({ name }, index) => [name, ...columns.map((column) => hostCell(column.hosts[index]))]);
  const rows = shown.flatMap((row) => [
    [plainText(row.name), ...columns.map((column) => ratioCell(row.cell(column.name)))],
    ...podToPod(row, columns),
    ...ownHosts(row, columns),
  ]);
  return table(head, [...hosts, ...rows]);
}

/** Beside a Service's address: the pod's own. */
const podToPod = ({ name, podToPod: cellOf }: ReportRow, columns: readonly MetricColumn[]): readonly (readonly string[])[] =>
  cellOf === undefined ? [] : [[`${plainText(name)} from pod to pod`, ...columns.map((column) => ratioCell(cellOf(column.name)))]];

/** With the second baseline: what the pods lose against their own hosts, which have the mode's rules. */
function ownHosts(row: ReportRow, columns: readonly MetricColumn[]): readonly (readonly string[])[] {
  const ratios = columns.map((column) => row.cell(column.name)?.ratioConfigured);
  if (ratios.every((ratio) => ratio === undefined)) return [];
  return [[`${plainText(row.name)} of its own hosts`, ...ratios.map((ratio) => (ratio === undefined ? "" : ratioText(ratio)))]];
}

function hostCell(cell: Cell | undefined): string {
  if (cell === undefined) return "not measured";
  return cell.median === null ? cell.status : `${limitSign(cell)}${formatQuantity(cell.median, cell.unit)}, n ${String(cell.n)}`;
}

function ratioCell(cell: Cell | undefined): string {
  if (cell?.ratio !== undefined)
    return `${ratioText(cell.ratio, cell.cappedAt)}${cell.flags === undefined ? "" : ` (${cell.flags.map(({ check }) => check).join(", ")}: see Doubts)`}`;
  return plainText(insteadOfRatio(cell, ({ unit }, median) => formatQuantity(median, unit)));
}

function ratioText(ratio: CellRatio, cap?: number): string {
  const text = formatRatio(ratio.median, ratio.low, ratio.high, ratio.limit).replace(/[[\]]/g, (bracket) => `\\${bracket}`);
  return `${text} ${verdictText(ratio, cap)}${ratio.stalls === true ? ", stalls" : ""}, n ${String(ratio.n)}`;
}

/** A row a number of Services, in a cluster. */
function serviceCountsTable(summary: Summary): readonly string[] {
  const counts = serviceCountTable(summary);
  if (counts === undefined) return [];
  const rows = counts.rows.map((row) => row.map(plainText));
  const notes = [SERVICE_COUNTS_MEANING, ...serviceCountGaps(summary)].map(plainText).join(" ");
  return [table(counts.head.map(plainText), rows), notes];
}

/** A grid of nodes for each path and metric: from the row's node to the column's. */
function matrixTables(summary: Summary): readonly string[] {
  return nodeGrids(summary).map((grid) => {
    const rows = grid.from.map((from) => [
      plainText(from),
      ...grid.to.map((to) => {
        const pair = pairOf(grid, from, to);
        return pair === undefined ? "" : plainText(pairText(pair));
      }),
    ]);
    const head = ["from \\ to", ...grid.to.map(plainText)];
    return `**Pairs of nodes: ${plainText(grid.path)} ${plainText(grid.metric)}**\n\n${table(head, rows)}\n\n${plainText(grid.finding)}`;
  });
}

function ranking(summary: Summary, run: Run): string {
  if (summary.ranking.length + summary.excluded.length === 0) return "";
  const needs = run.scenario.needs.length === 0 ? "" : ` under ${plainText(run.scenario.needs.join(", "))}`;
  const rows = summary.ranking.map((entry) => [
    String(entry.rank),
    plainText(entry.mode),
    scoreText(entry).replace(/[[\]]/g, (bracket) => `\\${bracket}`),
    plainText(entry.why),
  ]);
  const excluded = summary.excluded.map((entry) => ["", plainText(entry.mode), "left out", plainText(entry.why)]);
  return `**Ranking${needs}** (${plainText(scoreMeaning(summary))}; ${EQUAL_RANKS})\n\n${table(["rank", "mode", "score", "why"], [...rows, ...excluded])}`;
}

const namesOf = (columns: readonly MetricColumn[]): readonly string[] => columns.map(({ name }) => name);

function doubts(summary: Summary): string {
  return doubtedCells(summary)
    .map((one) => `- ${one.check}: ${plainText(doubtText(one))} **What to do:** ${plainText(REMEDIES[one.check])}`)
    .join("\n");
}

const cutShort = ({ status, partialReason }: Summary): string =>
  status === "partial" ? `Cut short: ${plainText(partialReason ?? "the run ended early")}` : "";

function gaps(summary: Summary): string {
  return gapsOf(summary)
    .map((gap) => `- ${plainText(gapSubject(gap))}: ${gap.status}: ${plainText(reasonText(gap.reason, summary.venue))}`)
    .join("\n");
}

function givenUp(summary: Summary): string {
  const abandoned = givenUpIn(summary).map(({ subject, text }) => `- ${plainText(subject)}: ${plainText(text)}`);
  return abandoned.length === 0 ? "" : `Given up on the way:\n\n${abandoned.join("\n")}`;
}

const bullets = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([label, text]) => `- ${plainText(label)}: ${plainText(text)}`).join("\n");
