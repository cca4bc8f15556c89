/**
 * A lab beside clusters as GitHub Markdown.
 * @packageDocumentation
 */
import type { Prediction } from "../../../model/prediction.js";
import type { RunRef } from "../../../model/run-comparison.js";
import { formatMoment } from "../../../units/format.js";
import { plainText } from "../../markdown/plain-text.js";
import { byCluster, type ClusterOutline, mayExplainText, meaningText, NEAR_WORDS, nearText, orderText, rowTexts } from "./outline.js";

/** The whole prediction as Markdown. */
export function renderPredictionMarkdown(prediction: Prediction): string {
  const { lab, clusters, warnings, orders } = prediction;
  const parts = [
    `**podwire compare, lab beside cluster: ${nearText(prediction)}.**`,
    [`- Lab: ${refText(lab)}`, ...clusters.map(({ run, mode }) => `- Cluster: ${refText(run)}, mode ${plainText(mode)}`)].join("\n"),
    ...warnings.map((warning) => `**Warning:** ${plainText(warning)}`),
    orders.map((order) => `- ${plainText(orderText(order))}`).join("\n"),
    ...byCluster(prediction).flatMap(cluster),
    plainText(meaningText(prediction)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const refText = ({ file, podwire, startedAt, status }: RunRef): string =>
  plainText(`${file}, ${formatMoment(startedAt)}, podwire ${podwire}${status === "partial" ? ", partial" : ""}`);

function cluster({ cluster: { mode, sentence, otherPaths }, cells, missing, explanations }: ClusterOutline): readonly string[] {
  const escaped = (text: string): string => text.replace(/[[\]]/g, (bracket) => `\\${bracket}`);
  const rows = cells.map((cell) => [plainText(cell.metric), ...rowTexts(cell).map(escaped), NEAR_WORDS[cell.near ?? "undecided"]]);
  const told = explanations.map((one) => [
    plainText(one.topic),
    plainText(one.lab ?? "not recorded"),
    plainText(one.inCluster ?? "not recorded"),
    plainText(`${one.why}${mayExplainText(one)}`),
  ]);
  return [
    plainText(sentence),
    rows.length === 0 ? "" : table([plainText(mode), "lab", "cluster", "points", ""], rows),
    missing.map((line) => `- ${plainText(line)}`).join("\n"),
    otherPaths.length === 0 ? "" : plainText(`Measured in the cluster alone: ${otherPaths.join(", ")}; its own report has them.`),
    told.length === 0 ? "" : `**What differs between the two, and what it does**\n\n${table(["", "lab", "cluster", ""], told)}`,
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (words: readonly string[]): string => `| ${words.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
