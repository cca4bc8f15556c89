/**
 * An import as Markdown that pastes well into a ticket.
 * @packageDocumentation
 */
import type { ImportComparison, Imported } from "../../import/imported.js";
import { plainText } from "../markdown/plain-text.js";
import {
  aboutText,
  bySubject,
  fileText,
  headline,
  leftOutTexts,
  limitText,
  notUsedText,
  originText,
  ratioText,
  rulesetText,
  shareText,
  sideText,
  troubleText,
  verdictText,
  WEAKNESS,
} from "./words.js";

/** The whole report as Markdown. */
export function renderImportMarkdown(result: Imported): string {
  const compared = result.figures.filter(({ use }) => use === "compared");
  const parts = [
    `**${plainText(headline(result))}.**`,
    ...bySubject(result).map(([subject, all]) => `**${plainText(subject)}**\n\n${table(all)}`),
    list(
      "Stated shares of the host",
      result.shares.map((one) => shareText(one)),
    ),
    folded("Not compared, and why", leftOutTexts(result)),
    folded(
      "Not used, and why",
      result.failures.map((one) => notUsedText(one)),
    ),
    list(
      "Known troubles",
      result.troubles.map((one) => troubleText(one)),
    ),
    list(
      "Rulesets",
      result.rulesets.map((one) => rulesetText(one)),
    ),
    list("Limits that were reached", result.limits.map(limitText)),
    folded(
      "Where the compared figures come from",
      compared.map((figure) => `${figure.id} ${figure.role ?? ""} ${figure.metric}: ${originText(figure)}`),
    ),
    folded("Files", result.files.map(fileText)),
    WEAKNESS,
    `podwire ${plainText(result.podwire)}, ${result.schema}`,
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function table(comparisons: readonly ImportComparison[]): string {
  const rows = comparisons.map((one) => [
    aboutText(one),
    sideText(one.pod, one.unit),
    sideText(one.host, one.unit),
    ratioText(one),
    verdictText(one),
    [one.reason, ...one.weaknesses].join("; "),
  ]);
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => plainText(cell)).join(" | ")} |`;
  return [line(["Metric", "Pods", "Hosts", "Pods / hosts", "Verdict", "Evidence"]), "|---|---|---|---|---|---|", ...rows.map(line)].join(
    "\n",
  );
}

const items = (texts: readonly string[]): string => texts.map((text) => `- ${plainText(text)}`).join("\n");
const list = (title: string, texts: readonly string[]): string => (texts.length === 0 ? "" : `**${title}**\n\n${items(texts)}`);
const folded = (title: string, texts: readonly string[]): string =>
  texts.length === 0 ? "" : `<details><summary>${title}</summary>\n\n${items(texts)}\n\n</details>`;
