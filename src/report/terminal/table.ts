/**
 * The report on a terminal: what was measured, the table of ratios, what is missing, the ranking, and last, where the eye rests, the advice.
 * @packageDocumentation
 */
import type { Run } from "../../model/run.js";
import { type Summary, VERDICTS } from "../../model/summary.js";
import { CONFIDENCE_MEANING, confidences, confidenceText, intervalName } from "../confidence.js";
import { decisionsText } from "../decisions.js";
import { doubtedCells, doubtText } from "../doubts.js";
import { gapSubject, gapsOf } from "../gaps.js";
import { givenUpIn } from "../given-up.js";
import { nodeGrids, pairText } from "../matrix.js";
import { linkText, marginsText, roundsText, timeText } from "../method.js";
import { noDropFacts } from "../no-drop.js";
import { baselinesOf, columnsOf, hostWords, type MetricColumn, rowsOf } from "../outline.js";
import { reasonText } from "../reasons.js";
import { serviceCountLines } from "../services/in-cluster.js";
import { loadingTexts } from "../services/loading.js";
import { serviceTables } from "../services/terminal.js";
import { headline, STALLS_MEANING, VERDICT_MEANINGS } from "../words.js";
import { DOUBT_SIGN, STALLS_SIGN, VERDICT_SIGNS } from "./cells.js";
import { triedInRun } from "./conformance.js";
import { fileLines, type NamedFile } from "./files.js";
import { type Paint, painter } from "./paint.js";
import { ranking } from "./ranking.js";
import { ratioTable } from "./ratio-table.js";
import { displayWidth, labelled, PROSE_WIDTH, padEnd, plain, wrap } from "./text.js";

/** How the report is set. */
export interface TerminalOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
  /** Whether the terminal shows UTF-8; absent: it does. */
  readonly utf8?: boolean;
  /** Files that were written, each with what it is, e.g. `["run file", "podwire-runs/x.json"]`. */
  readonly files?: readonly NamedFile[];
}

const FACT_INDENT = 9;

/** The whole report as lines of text, with a line break at the end. */
export function renderTerminal(summary: Summary, run: Run, options: TerminalOptions): string {
  const width = Math.max(40, Math.floor(options.width));
  const paint = painter(options.colour);
  const shown = withFigures(columnsOf(summary, run), summary);
  const prose = Math.min(width, PROSE_WIDTH);
  const lines = [
    ...opening(summary, run, shown, prose, paint),
    ...ratioTable(summary, shown, width, paint),
    ...legend(summary, shown, prose, paint),
    ...serviceTables(summary, { width, paint }),
    ...triedInRun(summary.conformance, { width: prose, colour: options.colour, utf8: options.utf8 ?? true }),
    ...captions(summary, prose, paint),
    ...pairsOfNodes(summary, prose, paint),
    ...serviceCountLines(summary, { width: prose, paint }),
    ...decisions(summary, shown, prose, paint),
    ...doubts(summary, prose, paint),
    ...gaps(summary, prose, paint),
    ...givenUp(summary, prose, paint),
    ...ranking(summary, run, width, paint),
    ...closing(summary, prose, paint),
    ...fileLines(options.files ?? [], paint),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

/** A metric that no one has a figure of is no column: it stands with what was not measured. */
function withFigures(columns: readonly MetricColumn[], summary: Summary): readonly MetricColumn[] {
  const rows = [...baselinesOf(summary), ...rowsOf(summary)];
  const found = columns.filter(({ name }) => rows.some((row) => (row.cell(name)?.median ?? null) !== null));
  return found.length === 0 ? columns : found;
}

function opening(summary: Summary, run: Run, shown: readonly MetricColumn[], width: number, paint: Paint): readonly string[] {
  const partial =
    summary.status === "partial"
      ? ["", ...wrap(`partial: ${summary.partialReason ?? "the run ended early"}`, width).map((line) => paint("warning", line))]
      : [];
  const fact = (label: string, text: string): readonly string[] =>
    labelled(label, text, FACT_INDENT, width).map((line) => paint("quiet", line));
  const heading = `podwire ${summary.venue}: ratio to ${hostWords(summary)} [${intervalName(summary, namesOf(shown))}] verdict`;
  return [
    ...wrap(heading, width).map((line) => paint("heading", line)),
    ...fact("link", linkText(run)),
    ...fact("rounds", roundsText(run)),
    ...fact("started", timeText(run)),
    ...loadingTexts(summary).flatMap((text, index) => fact(index === 0 ? "loaded" : "", text)),
    ...noDropFacts(summary, run).flatMap(({ label, text }) => fact("", `${label}: ${text}`)),
    ...partial,
  ];
}

const namesOf = (columns: readonly MetricColumn[]): readonly string[] => columns.map(({ name }) => name);

function legend(summary: Summary, shown: readonly MetricColumn[], width: number, paint: Paint): readonly string[] {
  if (rowsOf(summary).length === 0 || shown.length === 0) return ["", "Nothing was measured that can be compared with the host."];
  const stalls = summary.modes.some((mode) => mode.cells.some((cell) => cell.ratio?.stalls === true));
  const signs = VERDICTS.map(
    (verdict) =>
      `${VERDICT_SIGNS[verdict]} ${verdict}: ${VERDICT_MEANINGS[verdict]}${verdict === "same" ? ` (${marginsText(shown)})` : ""}`,
  );
  const doubted = doubtedCells(summary).length > 0 ? [`${DOUBT_SIGN} a check doubts the figure: see Doubts`] : [];
  const mixed = confidences(summary, namesOf(shown)).length > 1;
  const levels = mixed ? [`intervals: ${confidenceText(summary, namesOf(shown))} (${CONFIDENCE_MEANING})`] : [];
  return [
    "",
    ...[...signs, ...(stalls ? [`${STALLS_SIGN} ${STALLS_MEANING}`] : []), ...doubted, ...levels].flatMap((line) =>
      wrap(line, width, "  ").map((text) => paint("quiet", text)),
    ),
    ...wrap(
      "n is the number of rounds (of observations beside the host's absolute medians, which carry no interval: only ratios are compared).",
      width,
    ).map((line) => paint("quiet", line)),
  ];
}

/** One line a pair of nodes; a grid would be as wide as there are nodes. */
function pairsOfNodes(summary: Summary, width: number, paint: Paint): readonly string[] {
  return nodeGrids(summary).flatMap((grid) => {
    const rows = grid.pairs.map((pair) => ({
      name: plain(`${pair.from} -> ${pair.to}`),
      text: plain(`${pairText(pair)} n ${String(pair.n)}`),
    }));
    const names = Math.max(...rows.map(({ name }) => displayWidth(name)));
    return [
      "",
      paint("heading", `Pairs of nodes: ${plain(grid.path)} ${plain(grid.metric)}`),
      ...rows.map(({ name, text }) => `  ${padEnd(name, names)}  ${text}`),
      ...wrap(plain(grid.finding), width - 2).map((line) => `  ${line}`),
    ];
  });
}

/** What the paths of a cluster are; modes of a lab are described by the catalogue. */
function captions(summary: Summary, width: number, paint: Paint): readonly string[] {
  const rows = [...baselinesOf(summary), ...rowsOf(summary)].filter(({ caption }) => caption !== undefined);
  if (rows.length === 0) return [];
  const names = Math.max(...rows.map(({ name }) => displayWidth(plain(name))));
  const lines = rows.flatMap(({ name, caption = "" }) => labelled(`  ${plain(name)}`, caption, names + 4, width));
  return ["", paint("heading", "Paths"), ...lines.map((line) => paint("quiet", line))];
}

function decisions(summary: Summary, shown: readonly MetricColumn[], width: number, paint: Paint): readonly string[] {
  const text = decisionsText(summary, namesOf(shown));
  return text === "" ? [] : ["", ...wrap(text, width).map((line) => paint("quiet", line))];
}

/** One entry a check. */
const doubts = (summary: Summary, width: number, paint: Paint): readonly string[] =>
  entries(
    "Doubts",
    doubtedCells(summary).map((one) => `${one.check}: ${plain(doubtText(one))}`),
    width,
    paint,
  );

const gaps = (summary: Summary, width: number, paint: Paint): readonly string[] =>
  entries(
    "Not measured",
    gapsOf(summary).map((gap) => `${plain(gapSubject(gap))}: ${gap.status}: ${plain(reasonText(gap.reason, summary.venue))}`),
    width,
    paint,
  );

const givenUp = (summary: Summary, width: number, paint: Paint): readonly string[] =>
  entries(
    "Given up",
    givenUpIn(summary).map(({ subject, text }) => plain(`${subject}: ${text}`)),
    width,
    paint,
  );

/** A heading with one entry a line, wrapped; nothing where there is none. */
function entries(heading: string, texts: readonly string[], width: number, paint: Paint): readonly string[] {
  if (texts.length === 0) return [];
  return ["", paint("heading", heading), ...texts.flatMap((text) => wrap(text, width - 2, "  ").map((line) => `  ${line}`))];
}

function closing(summary: Summary, width: number, paint: Paint): readonly string[] {
  const { claim, detail } = headline(summary);
  const told = summary.venue === "cluster" ? [detail, summary.advice] : [summary.advice];
  const rest = told.map(plain).filter((text) => text !== "");
  return ["", ...wrap(`${claim}.`, width).map((line) => paint("strong", line)), ...rest.flatMap((text) => wrap(text, width))];
}
