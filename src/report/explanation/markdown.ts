/**
 * An explanation as Markdown for a ticket.
 * @packageDocumentation
 */
import type { ExplainedMetric, Explanation } from "../../model/explanation.js";
import { plainText } from "../markdown/plain-text.js";
import { table } from "../markdown/step-text.js";
import { profileMarkdown } from "../profile/markdown.js";
import { cheaperLines, profileTables, takenAwayLines, unprofiledReasons, waterfallRows } from "./rows.js";

/** The whole text. */
export function renderExplanationMarkdown(explanation: Explanation): string {
  const list = (title: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [`**${title}**`, lines.map((line) => `- ${plainText(line)}`).join("\n")];
  return `${[
    plainText(explanation.answer),
    ...explanation.metrics.flatMap((metric) => [
      waterfallTable(metric, explanation.variant),
      ...list("Taken away from the whole", takenAwayLines(metric)),
    ]),
    ...profileTables(explanation).map(profileMarkdown),
    ...list(
      "What can be had cheaper",
      cheaperLines(explanation).map(({ instead, text }) => `${instead}: ${text}`),
    ),
    ...list("Not measured, and why", [
      ...explanation.missing.map(({ what, reason }) => `${what}: ${reason}`),
      ...unprofiledReasons(explanation),
    ]),
  ].join("\n\n")}\n`;
}

const waterfallTable = (metric: ExplainedMetric, variant: string): string =>
  table(
    [`${metric.metric}, ${String(metric.rounds)} rounds`, "points of the host's figure"],
    waterfallRows(metric, variant).map(({ label, figure }) => [plainText(label), figure]),
  );
