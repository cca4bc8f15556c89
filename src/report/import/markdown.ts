/**
 * An import as Markdown that pastes well into a ticket.
 * @packageDocumentation
 */
import type { ImportComparison, Imported } from "../../import/imported.js";
import { formatCount, formatPercent } from "../../units/format.js";
import { plainText } from "../markdown/plain-text.js";
import {
  aboutText,
  bySubject,
  fileText,
  headline,
  leftOut,
  leftOutText,
  limitText,
  originText,
  placeText,
  ratioText,
  rulesetText,
  sideText,
  WEAKNESS,
} from "./words.js";

/** The whole report as Markdown. */
export function renderImportMarkdown(result: Imported): string {
  const compared = result.figures.filter(({ use }) => use === "compared");
  const parts = [
    `**${plainText(headline(result))}.** ${WEAKNESS}`,
    ...bySubject(result).map(([subject, all]) => `**${plainText(subject)}**\n\n${table(all)}`),
    list(
      "Stated shares of the host",
      result.shares.map(
        (one) =>
          `${one.subject ?? "mode not named"}: ${one.title} ${formatPercent(one.ratio)} of the host (n 1, no interval), undecided; ${placeText(one)}: ${one.text}`,
      ),
    ),
    list(
      "Known troubles",
      result.troubles.map(
        (one) => `${one.cause} (seen ${formatCount(one.count)} times, ${one.places.map(placeText).join(", ")}). Fix: ${one.fix}`,
      ),
    ),
    list("Rulesets", result.rulesets.map(rulesetText)),
    list(
      "Outputs without a figure",
      result.failures.map((one) => `${placeText(one)} ${one.tool}: ${one.why}`),
    ),
    list("Limits that were reached", result.limits.map(limitText)),
    folded("Not compared, and why", leftOut(result).map(leftOutText)),
    folded(
      "Where the compared figures come from",
      compared.map((figure) => `${figure.id} ${figure.role ?? ""} ${figure.metric}: ${originText(figure)}`),
    ),
    folded("Files", result.files.map(fileText)),
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
    `${one.verdict} at ±${formatPercent(one.margin)}`,
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
