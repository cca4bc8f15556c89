/**
 * The report as GitHub Markdown that pastes well into a ticket: the answer, the table of main metrics, and the rest folded away.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import type { Cell, CellRatio, Summary } from "../../model/summary.js";
import { formatMoment, formatQuantity, formatRatio } from "../../units/format.js";
import { confidenceText } from "../confidence.js";
import { decisionsText } from "../decisions.js";
import { doubtedCells, doubtText } from "../doubts.js";
import { gapSubject, gapsOf } from "../gaps.js";
import { givenUpIn } from "../given-up.js";
import { inspectionBody } from "../inspection/markdown.js";
import { nodeGrids, pairOf, pairText } from "../matrix.js";
import { insteadOfRatio, limitSign } from "../no-drop.js";
import {
  baselinesOf,
  byFamily,
  columnsOf,
  hostWords,
  type MetricColumn,
  type ModeNotes,
  mainColumns,
  type ReportRow,
  rowsOf,
} from "../outline.js";
import { deviationFacts, headline, methodFacts, scoreMeaning, scoreText, verdictText } from "../words.js";
import { plainText } from "./plain-text.js";

/** What the text knows beyond the run. */
export interface MarkdownOptions {
  /** What the catalogue says about modes: stand-ins and deviations are taken from it. */
  readonly notes?: readonly ModeNotes[];
}

/** The whole report as Markdown. */
export function renderMarkdown(summary: Summary, run: Run, options: MarkdownOptions = {}): string {
  const columns = columnsOf(summary, run);
  const main = mainColumns(columns);
  const { claim, detail } = headline(summary);
  const parts = [
    `**${plainText(claim)}.** ${plainText(summary.venue === "cluster" ? `${detail} ${summary.advice}`.trim() : summary.advice)}`,
    ...(summary.status === "partial" ? [`Partial run: ${plainText(summary.partialReason ?? "it ended early")}.`] : []),
    ratioTable(summary, main),
    `Ratio to ${hostWords(summary)} \\[${plainText(`interval: ${confidenceText(summary, namesOf(main))}`)}\\] verdict, n rounds; ${baselinesOf(
      summary,
    )
      .map(({ name }) => name)
      .join(", ")}: absolute median, n observations. podwire ${plainText(run.podwire)}, ${plainText(formatMoment(run.startedAt))}.`,
    plainText(decisionsText(summary, namesOf(main))),
    ranking(summary, run),
    ...matrixTables(summary),
    doubts(summary),
    gaps(summary),
    givenUp(summary),
    ...folded(
      "All metrics",
      byFamily(columns.filter((column) => !main.includes(column))).map(
        (family) => `**${family.family}**\n\n${ratioTable(summary, family.columns)}`,
      ),
    ),
    ...(summary.inspection === undefined ? [] : folded("What the network is", [inspectionBody(summary.inspection)])),
    ...folded("How it was measured, and where", [
      bullets([
        ...methodFacts(summary, run, columns).map((fact) => [fact.label, fact.text] as const),
        ...deviationFacts(summary, options.notes ?? []).map((fact) => [`Stand-ins and deviations of ${fact.label}`, fact.text] as const),
        ...Object.entries(summary.environment),
      ]),
    ]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** A GitHub table; the cells are Markdown already. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...body.map(line)].join("\n");
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
    ...ownHosts(row, columns),
  ]);
  return table([head, ...hosts, ...rows]);
}

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
    return `**Pairs of nodes: ${plainText(grid.path)} ${plainText(grid.metric)}**\n\n${table([head, ...rows])}\n\n${plainText(grid.finding)}`;
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
  return `**Ranking${needs}** (${plainText(scoreMeaning(summary))}; equal ranks cannot be told apart)\n\n${table([["rank", "mode", "score", "why"], ...rows, ...excluded])}`;
}

const namesOf = (columns: readonly MetricColumn[]): readonly string[] => columns.map(({ name }) => name);

function doubts(summary: Summary): string {
  const found = doubtedCells(summary).map((one) => `- ${one.check}: ${plainText(doubtText(one))}`);
  return found.length === 0 ? "" : `**Doubts**\n\n${found.join("\n")}`;
}

function gaps(summary: Summary): string {
  const missing = gapsOf(summary).map((gap) => `- ${plainText(gapSubject(gap))}: ${gap.status}: ${plainText(gap.reason)}`);
  return missing.length === 0 ? "" : `**Not measured**\n\n${missing.join("\n")}`;
}

function givenUp(summary: Summary): string {
  const abandoned = givenUpIn(summary).map(({ subject, text }) => `- ${plainText(subject)}: ${plainText(text)}`);
  return abandoned.length === 0 ? "" : `**Given up**\n\n${abandoned.join("\n")}`;
}

const bullets = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([label, text]) => `- ${plainText(label)}: ${plainText(text)}`).join("\n");

function folded(title: string, parts: readonly string[]): readonly string[] {
  const body = parts.filter((part) => part !== "");
  return body.length === 0 ? [] : [`<details><summary>${title}</summary>`, ...body, "</details>"];
}
