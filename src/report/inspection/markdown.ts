/**
 * An inspection as Markdown that pastes well into a ticket.
 * @packageDocumentation
 */
import type { Inspection } from "../../model/inspection.js";
import { plainText } from "../markdown/plain-text.js";
import { deepLines, evidenceLines, findingLines, inspectionFacts, inspectionHeadline, untoldLines } from "./words.js";

/** The whole inspection as Markdown. */
export function renderInspectionMarkdown(inspection: Inspection): string {
  return `**${plainText(inspectionHeadline(inspection))}.**\n\n${inspectionBody(inspection)}\n`;
}

/** Facts, gaps and evidence: a part of a larger text. */
export function inspectionBody(inspection: Inspection): string {
  const bullets = (lines: readonly string[]): string => lines.map((line) => `- ${plainText(line)}`).join("\n");
  const folded = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`<details><summary>${plainText(title)}</summary>\n\n${bullets(lines)}\n\n</details>`];
  const [findings, untold] = [findingLines(inspection), untoldLines(inspection)];
  return [
    inspectionFacts(inspection)
      .map(({ label, text }) => `- **${plainText(label)}**: ${plainText(text)}`)
      .join("\n"),
    ...(findings.length === 0 ? [] : [`Findings:\n\n${bullets(findings)}`]),
    ...(untold.length === 0 ? [] : [`Could not be determined:\n\n${bullets(untold)}`]),
    ...folded("What this rests on", evidenceLines(inspection)),
    ...(inspection.deep ?? []).flatMap((one) => folded(`Node ${one.node}`, deepLines(one))),
  ].join("\n\n");
}
