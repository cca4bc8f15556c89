/**
 * A comparison on a terminal: what differs around the runs, the table of changes, what is not in both, and last, where the eye rests, the gates.
 * @packageDocumentation
 */
import type { ComparedSide, GateOutcome, GateResult, Judgement, RunComparison, RunRef } from "../../model/run-comparison.js";
import { capital } from "../../units/capital.js";
import { formatMoment, formatPercent, formatRatio } from "../../units/format.js";
import { type Paint, painter, type Role } from "../terminal/paint.js";
import { displayWidth, padEnd, plain, wrap } from "../terminal/text.js";
import {
  byMetric,
  type ChangedCell,
  changedCells,
  countsText,
  countVerdicts,
  flagLines,
  gatesText,
  intervalsText,
  type MetricChanges,
  missingLines,
  placeText,
  RATIO_MEANING,
  sideText,
} from "./outline.js";

/** How the comparison is set. */
export interface ComparisonTerminalOptions {
  /** Columns of the terminal. Below 40 the lines are made for 40. */
  readonly width: number;
  readonly colour: boolean;
}

/** Prose is not set wider than this, however wide the terminal is. */
const MEASURE = 110;

/** The whole comparison as lines of text, with a line break at the end. */
export function renderComparisonTerminal(comparison: RunComparison, options: ComparisonTerminalOptions): string {
  const width = Math.max(40, Math.floor(options.width));
  const prose = Math.min(width, MEASURE);
  const paint = painter(options.colour);
  const cells = changedCells(comparison);
  const lines = [
    ...opening(comparison, prose, paint),
    ...differences(comparison, prose, paint),
    ...changes(cells, width, paint),
    ...legend(comparison, prose, paint),
    ...section("Flagged: what speaks against a figure (each run's own report has the evidence)", flagLines(comparison), prose, paint),
    ...section("Not in both", missingLines(comparison), prose, paint),
    ...gates(comparison.gates, prose, paint),
  ];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

function opening({ a, b, warnings }: RunComparison, width: number, paint: Paint): readonly string[] {
  const side = (label: string, { file, startedAt, podwire, status }: RunRef): readonly string[] =>
    wrap(`${label} ${file}, ${formatMoment(startedAt)}, podwire ${podwire}${status === "partial" ? ", partial" : ""}`, width, "  ");
  const warned = warnings.flatMap((warning) => wrap(`Warning: ${warning}`, width, "  ").map((line) => paint("warning", line)));
  return [...side("A", a), ...side("B", b), ...warned];
}

function differences({ differences: all }: RunComparison, width: number, paint: Paint): readonly string[] {
  if (all.length === 0) return ["", ...wrap("Nothing that was recorded around the two runs differs.", width)];
  const text = (value: string | null): string => value ?? "not recorded";
  const lines = all.flatMap(({ name, a, b }) => [
    ...wrap(name, width - 2).map((line) => `  ${line}`),
    ...wrap(`A ${text(a)}`, width - 4, "  ").map((line) => `    ${line}`),
    ...wrap(`B ${text(b)}`, width - 4, "  ").map((line) => `    ${line}`),
  ]);
  return ["", paint("heading", "What differs around them"), ...lines];
}

interface Row {
  readonly cell: ChangedCell;
  readonly texts: readonly string[];
}

const GAP = "  ";

/** Wide: a line a cell. Narrow: the two runs' own ratios on a second line. */
function changes(cells: readonly ChangedCell[], width: number, paint: Paint): readonly string[] {
  const groups = byMetric(cells);
  const rows = cells.map(rowOf);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map(({ texts }) => displayWidth(texts[column] ?? ""))));
  const tail = Math.max(0, ...rows.map(({ cell }) => displayWidth(verdictText(cell))));
  const wide = widths.reduce((sum, one) => sum + one + GAP.length, 2) + tail <= width;
  return groups.flatMap((group) => [
    "",
    ...heading(group, width, paint),
    ...group.cells.flatMap((cell) => drawn(rowOf(cell), widths, wide, paint)),
  ]);
}

const rowOf = (cell: ChangedCell): Row => ({
  cell,
  texts: [
    plain(placeText(cell)),
    `A ${sideText(cell.a)}`,
    `B ${sideText(cell.b)}`,
    `B/A ${formatRatio(cell.change.median, cell.change.low, cell.change.high)}`,
  ],
});

const verdictText = (cell: ChangedCell): string => `${padEnd(cell.change.verdict, "undecided".length)}  ${countsText(cell)}`;

function heading({ metric, better, cells }: MetricChanges, width: number, paint: Paint): readonly string[] {
  const facts = `${better} is better, margin ±${formatPercent(cells[0]?.change.margin ?? 0)}`;
  const text = `${plain(metric)}  ${facts}`;
  if (displayWidth(text) > width) return [paint("heading", plain(metric)), paint("quiet", `  ${facts}`)];
  return [`${paint("heading", plain(metric))}  ${paint("quiet", facts)}`];
}

function drawn({ cell, texts }: Row, widths: readonly number[], wide: boolean, paint: Paint): readonly string[] {
  const { verdict } = cell.change;
  const set = texts.map((text, column) => padEnd(text, widths[column] ?? 0));
  if (wide) return [`  ${set.join(GAP)}${GAP}${paint(verdict, verdictText(cell))}`];
  const [place = "", a = "", b = "", change = ""] = set;
  const own = (text: string, { ratio }: ComparedSide): string => paint("quiet", `    ${text}${GAP}n ${String(ratio?.n ?? 0)}`);
  return [`  ${place}`, `    ${change} ${paint(verdict, verdict)}`, own(a, cell.a), own(b, cell.b)];
}

function legend(comparison: RunComparison, width: number, paint: Paint): readonly string[] {
  const lines = wrap(`${RATIO_MEANING} Intervals: ${intervalsText(comparison)}.`, width);
  return ["", ...wrap(`In all: ${countVerdicts(comparison)}.`, width), ...lines.map((line) => paint("quiet", line))];
}

function section(title: string, texts: readonly string[], width: number, paint: Paint): readonly string[] {
  if (texts.length === 0) return [];
  const lines = texts.flatMap((text) => wrap(text, width - 2, "  ").map((line) => `  ${line}`));
  return ["", ...wrap(title, width).map((line) => paint("heading", line)), ...lines];
}

const LOOKS: Readonly<Record<GateOutcome, readonly [word: string, role: Role]>> = {
  failed: ["FAIL", "slower"],
  warned: ["warn", "warning"],
  passed: ["pass", "same"],
  skipped: ["skip", "quiet"],
};

function gates(results: readonly GateResult[], width: number, paint: Paint): readonly string[] {
  if (results.length === 0) return [];
  const lines = results.flatMap(({ gate, judgements }) => [
    paint("strong", `  ${plain(gate)}`),
    ...judgements.flatMap((judgement) => judged(judgement, width, paint)),
  ]);
  return [
    "",
    paint("heading", "Gates"),
    ...lines,
    "",
    ...wrap(`${capital(gatesText(results))}.`, width).map((line) => paint("strong", line)),
  ];
}

function judged({ mode, outcome, reason }: Judgement, width: number, paint: Paint): readonly string[] {
  const [word, role] = LOOKS[outcome];
  const [first = "", ...rest] = wrap(`${mode}: ${reason}`, width - 10, "  ");
  return [`    ${paint(role, word)}  ${first}`, ...rest.map((line) => `          ${line}`)];
}
