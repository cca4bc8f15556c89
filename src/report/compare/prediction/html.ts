/**
 * A lab's run beside runs of clusters as one HTML file: the answer, clusters and lab by questions, then each metric, the orders, and what differs.
 * @packageDocumentation
 */
import { CHECKS } from "../../../model/doubt.js";
import type { PredictedCell, Prediction } from "../../../model/prediction.js";
import { capital } from "../../../units/capital.js";
import { formatInterval, ratioTexts } from "../../../units/format.js";
import { listed } from "../../../units/listed.js";
import { ratioStrip, type StripValue } from "../../charts/ratio-strip.js";
import { ownAxis, type StripAxis } from "../../charts/strip-axis.js";
import { documentText, listSection, pairsSection } from "../../html/document.js";
import { firstScreen } from "../../html/first-screen.js";
import { plotCard, plotId } from "../../html/plot-card.js";
import { unbroken } from "../../html/typeset.js";
import { html, type Markup } from "../../markup.js";
import { plainTitle } from "../../outline.js";
import { questionOf } from "../../questions.js";
import { foundWords } from "../../reasons.js";
import type { VerdictMeanings } from "../../verdict-meanings.js";
import { VERDICT_SIGNS } from "../../words.js";
import { sideText } from "../outline.js";
import { refText, wholeRefText } from "../run-refs.js";
import { predictionAnswer } from "./answer.js";
import { byCluster, meaningText, NEAR_WORDS, orderText, pointsText } from "./outline.js";
import { clusterNames, LAB_ROW, NEARNESS, type Predicted, predictionTable, verdictOf } from "./question-table.js";

/**
 * The whole page as text.
 * @param scenario that of the first cluster
 */
export function renderPredictionHtml(prediction: Prediction, scenario: Predicted): string {
  const { lab, clusters, orders } = prediction;
  const answer = predictionAnswer(prediction, scenario);
  const table = predictionTable(prediction, scenario);
  const asked = table.questions.map(({ metric }) => metric);
  const names = clusterNames(prediction);
  const refs = clusters.map(({ run }, index) => [clusters.length === 1 ? "Cluster" : (names[index] ?? ""), run] as const);
  const body = html`${firstScreen(answer, {
    table,
    words: { label: "Ratios to the hosts, in the cluster and in the lab", rows: "Mode" },
    links: { row: () => undefined, question: plotId },
    verdicts: NEARNESS_SHORT,
    reference: LAB_ROW,
    figure: "Ratio to the hosts",
    source: `Lab: ${refText(lab)}. ${refs.map(([what, run]) => `${what}: ${refText(run)}.`).join(" ")}`,
  })}
${linesSection("warnings", "Before you read the figures", prediction.warnings)}
${plots(prediction, asked, scenario)}
${linesSection(
  "orders",
  "Order",
  orders.map((order) => orderText(order, (metric) => questionOf(metric, scenario).inWords)),
)}
${flagsSection(prediction)}
${linesSection("missing", "Not in both", missingTexts(prediction))}
${differencesSections(prediction, scenario)}
${pairsSection("method", "How to read it", [
  ["Figures", meaningText(prediction)],
  ...clusters.map(({ sentence }, index) => [refs[index]?.[0] ?? "", sentence] as const),
  ["Lab", wholeRefText(lab)],
  ...refs.map(([what, run]) => [what, wholeRefText(run)] as const),
])}`;
  return documentText({ title: `podwire: ${answer[0]?.short ?? "lab and cluster"}`, podwire: lab.podwire, body, foot: prediction.schema });
}

const linesSection = (id: string, title: string, lines: readonly string[]): Markup => listSection(id, title, lines.map(unbroken));

/** Room around the hosts' line of a plot. */
const USUAL_MARGIN = 0.05;

const isPaired = ({ difference }: PredictedCell): boolean => difference !== undefined;

function plots(prediction: Prediction, asked: readonly string[], scenario: Predicted): Markup {
  const metrics = [...new Set(prediction.cells.filter(isPaired).map(({ metric }) => metric))];
  if (metrics.length === 0) return html``;
  const cards = (names: readonly string[]): readonly Markup[] => names.map((metric) => card(metric, prediction, scenario));
  const others = metrics.filter((metric) => !asked.includes(metric));
  const folded =
    others.length === 0 ? html`` : html`<details><summary>All other figures</summary><div class="cards">${cards(others)}</div></details>`;
  return html`<section id="questions" aria-labelledby="questions-title"><h2 id="questions-title">Question by question</h2>
<p class="note">The cluster's ratio to its hosts with its interval; the small square below it is the lab's. Behind them how many points the cluster's lies above the lab's. Each plot has an axis of its own.</p>
<div class="cards">${cards(asked)}</div>${folded}</section>`;
}

function card(metric: string, prediction: Prediction, scenario: Predicted): Markup {
  const { long, better } = questionOf(metric, scenario);
  const cells = prediction.cells.filter((cell) => cell.metric === metric && isPaired(cell));
  const values = cells
    .flatMap(({ lab, inCluster }) => [stripValue(lab, "reference"), stripValue(inCluster, "same")])
    .filter((one) => one !== undefined);
  const extents = values.map(({ median, low, high }) => ({ low: low ?? median, high: high ?? median }));
  // What is near lies around the lab's ratio of each row, so that there is no one band to draw.
  const axis: StripAxis = { ...ownAxis(extents, USUAL_MARGIN, better), margin: undefined };
  const names = clusterNames(prediction);
  return plotCard({
    id: plotId(metric),
    metric,
    long,
    about: html`${unbroken(plainTitle(metric))}; ${better} is better`,
    heads: ["Ratio in the cluster", "Interval", "Points above the lab's, and both ratios"],
    rows: cells.map((cell) => predictedRow(cell, names[cell.cluster] ?? cell.mode, axis)),
    axis,
  });
}

function stripValue({ ratio }: PredictedCell["lab"], verdict: StripValue["verdict"]): StripValue | undefined {
  return ratio === undefined ? undefined : { median: ratio.median, low: ratio.low, high: ratio.high, verdict };
}

function predictedRow(cell: PredictedCell, name: string, axis: StripAxis): Markup {
  const verdict = verdictOf(cell) ?? "undecided";
  const { median, low, high } = cell.inCluster.ratio ?? { median: Number.NaN, low: null, high: null };
  const texts = ratioTexts(median, low, high);
  const own = [
    `${pointsText(cell)}, ${NEAR_WORDS[cell.near ?? "undecided"]}`,
    `lab ${sideText(cell.lab)}, n ${String(cell.lab.ratio?.n ?? 0)}`,
    `n ${String(cell.inCluster.ratio?.n ?? 0)} in the cluster`,
  ];
  return html`<tr><th scope="row">${name}</th><td class="drawn">${ratioStrip(stripValue(cell.inCluster, verdict), axis, stripValue(cell.lab, "reference"))}</td><td class="ratio">${texts.median}<span class="verdict ${verdict}" aria-hidden="true"> ${VERDICT_SIGNS[verdict]}</span><span class="unseen"> ${NEARNESS_SHORT[verdict]}</span></td><td class="interval">${formatInterval(texts)}</td><td class="absolute">${own.map((text) => html`<span class="own-ratio">${text}</span>`)}</td></tr>`;
}

/** On the page there is more room to say what points are, elsewhere. */
const NEARNESS_SHORT: VerdictMeanings = { ...NEARNESS, slower: "worse than in the lab" };

/** One entry a check and side. */
function flagsSection(prediction: Prediction): Markup {
  const names = clusterNames(prediction);
  const entries = CHECKS.flatMap((check) =>
    (["inCluster", "lab"] as const).flatMap((side) => {
      const own = prediction.cells.filter((cell) => isPaired(cell) && (cell[side].flags ?? []).includes(check));
      const cells = own.map(({ cluster, metric }) => `${names[cluster] ?? ""} ${metric}`).join(", ");
      const where = side === "lab" ? "in the lab" : "in the cluster";
      return own.length === 0 ? [] : [html`<b>${capital(foundWords(check))}</b> <code>${check}</code> ${where}: ${unbroken(cells)}`];
    }),
  );
  return listSection("flags", "Doubts; each run's own report has the evidence and what to do", entries);
}

const missingTexts = (prediction: Prediction): readonly string[] =>
  byCluster(prediction).flatMap(({ cluster: { otherPaths, inLab, sentence }, missing }, index) => {
    const whose = prediction.clusters.length === 1 ? "" : `${clusterNames(prediction)[index] ?? ""}: `;
    const paths = otherPaths.length === 0 ? [] : [`measured in the cluster alone: ${otherPaths.join(", ")}; its own report has them`];
    return [...(inLab ? [] : [sentence]), ...missing, ...paths].map((text) => `${whose}${text}`);
  });

/** Of more figures only the number is given. */
const MOST_EXPLAINED = 4;

/** A table for each cluster: in what it differs from the lab, and what that does. */
function differencesSections(prediction: Prediction, scenario: Predicted): Markup {
  const tables = byCluster(prediction).flatMap(({ explanations }, index) => {
    if (explanations.length === 0) return [];
    const rows = explanations.map(({ topic, lab, inCluster, why, mayExplain }) => {
      const named = mayExplain.slice(0, MOST_EXPLAINED).map((metric) => questionOf(metric, scenario).inWords);
      const rest = mayExplain.length - named.length;
      const bearing = listed([...named, ...(rest === 0 ? [] : [`${String(rest)} more`])]);
      const explains = bearing === "" ? html`` : html` <b>May explain ${bearing}.</b>`;
      return html`<tr><th scope="row">${topic}</th><td>${lab ?? "not recorded"}</td><td>${inCluster ?? "not recorded"}</td><td>${capital(why)}.${explains}</td></tr>`;
    });
    const head = prediction.clusters.length === 1 ? html`` : html`<h3>${clusterNames(prediction)[index] ?? ""}</h3>`;
    return [
      html`${head}<div class="scroll" role="region" tabindex="0" aria-label="Differences"><table class="around"><thead><tr><th scope="col">What</th><th scope="col">In the lab</th><th scope="col">In the cluster</th><th scope="col">What it does</th></tr></thead><tbody>${rows}</tbody></table></div>`,
    ];
  });
  if (tables.length === 0) return html``;
  return html`<section id="differences" aria-labelledby="differences-title"><h2 id="differences-title">What differs between lab and cluster, and what it does</h2>${tables}</section>`;
}
