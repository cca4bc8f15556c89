/**
 * A comparison as GitHub Markdown that pastes well into a pull request: gates, differences around the runs, what changed, and the rest folded away.
 * @packageDocumentation
 */
import type { GateResult, RunComparison, RunRef } from "../../model/run-comparison.js";
import { formatMoment, formatPercent, formatRatio } from "../../units/format.js";
import { plainText } from "../markdown/plain-text.js";
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

/** The whole comparison as Markdown. */
export function renderComparisonMarkdown(comparison: RunComparison): string {
  const cells = changedCells(comparison);
  const shown = isShown(comparison);
  const others = cells.filter((cell) => !shown(cell));
  const parts = [
    `**podwire compare: ${countVerdicts(comparison)}.**${comparison.gates.length === 0 ? "" : ` ${gatesText(comparison.gates)}.`}`,
    `- A: ${refText(comparison.a)}\n- B: ${refText(comparison.b)}`,
    ...comparison.warnings.map((warning) => `**Warning:** ${plainText(warning)}`),
    gates(comparison.gates),
    differences(comparison),
    ...tables(cells.filter(shown)),
    ...(cells.length === 0 ? [] : [`${plainText(RATIO_MEANING)} Intervals: ${plainText(intervalsText(comparison))}.`]),
    section("Flagged (each run's own report has the evidence)", flagLines(comparison)),
    section("Not in both", missingLines(comparison)),
    ...(others.length === 0 ? [] : ["<details><summary>All other metrics</summary>", ...tables(others), "</details>"]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const refText = ({ file, podwire, startedAt, status }: RunRef): string =>
  plainText(`${file}, ${formatMoment(startedAt)}, podwire ${podwire}${status === "partial" ? ", partial" : ""}`);

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function gates(results: readonly GateResult[]): string {
  const rows = results.flatMap(({ gate, judgements }) =>
    judgements.map(({ mode, outcome, reason }) => [
      outcome === "failed" ? "**failed**" : outcome,
      `\`${gate.replace(/[|`]/g, "")}\``,
      plainText(mode),
      plainText(reason),
    ]),
  );
  return rows.length === 0 ? "" : `**Gates**\n\n${table(["", "gate", "mode", "why"], rows)}`;
}

function differences({ differences: all }: RunComparison): string {
  if (all.length === 0) return "Nothing that was recorded around the two runs differs.";
  const text = (value: string | null): string => (value === null ? "not recorded" : plainText(value));
  const rows = all.map(({ group, name, a, b }) => [group, plainText(name), text(a), text(b)]);
  return `**What differs around them**\n\n${table(["", "", "A", "B"], rows)}`;
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

function section(title: string, lines: readonly string[]): string {
  return lines.length === 0 ? "" : `**${title}**\n\n${lines.map((line) => `- ${plainText(line)}`).join("\n")}`;
}
