/**
 * A lab beside clusters as GitHub Markdown: the answer and the matrix, and the rest folded away.
 * @packageDocumentation
 */
import type { Prediction } from "../../../model/prediction.js";
import { answerParagraph, folded, table } from "../../markdown/blocks.js";
import { matrix, matrixLegend } from "../../markdown/matrix.js";
import { plainText } from "../../markdown/plain-text.js";
import { wholeRefText } from "../run-refs.js";
import { predictionAnswer } from "./answer.js";
import { byCluster, type ClusterOutline, mayExplainText, meaningText, NEAR_WORDS, nearText, orderText, rowTexts } from "./outline.js";
import { clusterNames, NEARNESS, type Predicted, predictionTable } from "./question-table.js";

/**
 * The whole prediction as Markdown.
 * @param scenario that of the first cluster
 */
export function renderPredictionMarkdown(prediction: Prediction, scenario: Predicted): string {
  const { lab, clusters, warnings, orders } = prediction;
  const questions = predictionTable(prediction, scenario);
  const outlines = byCluster(prediction);
  const parts = [
    answerParagraph(predictionAnswer(prediction, scenario)),
    ...(questions.rows.length === 0 ? [] : [matrix(questions, "mode"), matrixLegend(questions, "Ratio to the hosts", NEARNESS)]),
    [
      `- Lab: ${plainText(wholeRefText(lab))}`,
      ...clusters.map(({ run, mode }) => `- Cluster: ${plainText(wholeRefText(run))}, mode ${plainText(mode)}`),
    ].join("\n"),
    ...warnings.map((warning) => `**Warning:** ${plainText(warning)}`),
    ...folded(`Every figure: ${nearText(prediction)}`, [...outlines.map(figures), plainText(meaningText(prediction))]),
    ...folded("Order", [orders.map((order) => `- ${plainText(orderText(order))}`).join("\n")]),
    ...folded("Not in both", [outlines.flatMap((one, index) => missingLines(one, clusterNames(prediction)[index] ?? "")).join("\n")]),
    ...folded("What differs between the two, and what it does", outlines.flatMap(explanations)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const escaped = (text: string): string => text.replace(/[[\]]/g, (bracket) => `\\${bracket}`);

function figures({ cluster: { mode, sentence }, cells }: ClusterOutline): string {
  const rows = cells.map((cell) => [plainText(cell.metric), ...rowTexts(cell).map(escaped), NEAR_WORDS[cell.near ?? "undecided"]]);
  const told = plainText(sentence);
  return rows.length === 0 ? told : `${told}\n\n${table([plainText(mode), "lab", "cluster", "points", ""], rows)}`;
}

function missingLines({ cluster: { otherPaths }, missing }: ClusterOutline, name: string): readonly string[] {
  const paths = otherPaths.length === 0 ? [] : [`measured in the cluster alone: ${otherPaths.join(", ")}; its own report has them`];
  return [...missing, ...paths].map((line) => `- ${plainText(`${name}: ${line}`)}`);
}

function explanations({ cluster: { mode }, explanations: told }: ClusterOutline): readonly string[] {
  const rows = told.map((one) => [
    plainText(one.topic),
    plainText(one.lab ?? "not recorded"),
    plainText(one.inCluster ?? "not recorded"),
    plainText(`${one.why}${mayExplainText(one)}`),
  ]);
  return rows.length === 0 ? [] : [table([plainText(mode), "lab", "cluster", ""], rows)];
}
