/**
 * A comparison as GitHub Markdown that pastes well into a pull request: the answer and the matrix, and the rest folded away.
 * @packageDocumentation
 */
import type { GateResult, RunComparison, RunRef } from "../../model/run-comparison.js";
import { formatMoment, formatPercent, formatRatio } from "../../units/format.js";
import { answerParagraph, folded, table } from "../markdown/blocks.js";
import { matrix, matrixLegend } from "../markdown/matrix.js";
import { plainText } from "../markdown/plain-text.js";
import { comparisonAnswer } from "./answer.js";
import {
  byMetric,
  type ChangedCell,
  changedCells,
  countsText,
  countVerdicts,
  flagLines,
  gatesText,
  intervalsText,
  isShown,
  missingLines,
  placeText,
  RATIO_MEANING,
  sideText,
} from "./outline.js";
import { type Compared, comparisonTable } from "./question-table.js";

/**
 * The whole comparison as Markdown.
 * @param scenario that of B
 */
export function renderComparisonMarkdown(comparison: RunComparison, scenario: Compared): string {
  const cells = changedCells(comparison);
  const shown = isShown(comparison);
  const questions = comparisonTable(comparison, scenario);
  const parts = [
    answerParagraph(comparisonAnswer(comparison, scenario)),
    matrix(questions, scenario.venue === "cluster" ? "path" : "mode"),
    `${matrixLegend(questions, "B's ratio to its host over A's")} A: ${refText(comparison.a)}. B: ${refText(comparison.b)}.`,
    ...comparison.warnings.map((warning) => `**Warning:** ${plainText(warning)}`),
    ...folded(`Gates: ${plainText(gatesText(comparison.gates))}`, [gates(comparison.gates)]),
    ...folded("What differs around the runs", [differences(comparison)]),
    ...folded(`Every figure: ${countVerdicts(comparison)}`, [
      ...tables(cells.filter(shown)),
      ...tables(cells.filter((cell) => !shown(cell))),
      ...(cells.length === 0 ? [] : [`${plainText(RATIO_MEANING)} Intervals: ${plainText(intervalsText(comparison))}.`]),
    ]),
    ...folded("Doubts (each run's own report has the evidence)", [bullets(flagLines(comparison))]),
    ...folded("Not in both", [bullets(missingLines(comparison))]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${plainText(line)}`).join("\n");

const refText = ({ file, podwire, startedAt, status }: RunRef): string =>
  plainText(`${file}, ${formatMoment(startedAt)}, podwire ${podwire}${status === "partial" ? ", partial" : ""}`);

function gates(results: readonly GateResult[]): string {
  const rows = results.flatMap(({ gate, judgements }) =>
    judgements.map(({ mode, outcome, reason }) => [
      outcome === "failed" ? "**failed**" : outcome,
      `\`${gate.replace(/[|`]/g, "")}\``,
      plainText(mode),
      plainText(reason),
    ]),
  );
  return rows.length === 0 ? "" : table(["", "gate", "mode", "why"], rows);
}

function differences({ differences: all }: RunComparison): string {
  if (all.length === 0) return "Nothing that was recorded around the two runs differs.";
  const text = (value: string | null): string => (value === null ? "not recorded" : plainText(value));
  const rows = all.map(({ group, name, a, b }) => [group, plainText(name), text(a), text(b)]);
  return table(["", "", "A", "B"], rows);
}

function tables(cells: readonly ChangedCell[]): readonly string[] {
  return byMetric(cells).map(({ metric, better, cells: own }) => {
    const margin = formatPercent(own[0]?.change.margin ?? 0);
    const rows = own.map((cell) => [
      plainText(placeText(cell)),
      ...[sideText(cell.a), sideText(cell.b), changeText(cell)].map(escaped),
      verdict(cell),
    ]);
    const head = [`${plainText(metric)}, ${better} is better, margin ±${margin}`, "A", "B", "B/A", "verdict, n of A, B"];
    return table(head, rows);
  });
}

const changeText = ({ change }: ChangedCell): string => formatRatio(change.median, change.low, change.high);
const escaped = (text: string): string => text.replace(/[[\]]/g, (bracket) => `\\${bracket}`);

function verdict(cell: ChangedCell): string {
  const word = cell.change.verdict;
  return `${word === "slower" || word === "faster" ? `**${word}**` : word}, ${countsText(cell)}`;
}
