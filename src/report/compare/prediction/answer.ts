/**
 * Whether the lab predicted the clusters, in a few sentences.
 * @packageDocumentation
 */
import { NEAR, type Answer as Predictable, type PredictedCell, type PredictedOrder, type Prediction } from "../../../model/prediction.js";
import { listed } from "../../../units/listed.js";
import type { Answer, AnswerSentence } from "../../answer.js";
import { askedOf, questionOf } from "../../questions.js";
import { shortRatio } from "../../short-ratio.js";
import { clusterNames, type Predicted } from "./question-table.js";

const POINTS = `${String(NEAR * 100)} points`;
const MOST_NAMED = 2;

/** How many figures came near, which are farthest off, and whether their order came true. */
export function predictionAnswer(prediction: Prediction, scenario: Predicted): Answer {
  const { cells, clusters } = prediction;
  const both = cells.filter(({ near }) => near !== undefined);
  const apart = clusters.filter(({ inLab }) => !inLab).map(({ sentence }) => whole(sentence));
  if (both.length === 0) return apart.length > 0 ? apart : [whole("No figure is in both the lab's run and the cluster's.")];
  return [
    howNear(both, prediction),
    ...farthest(both, prediction, scenario),
    ...ordersText(prediction.orders, scenario),
    ...apart.map((sentence) => ({ ...sentence, short: "" })),
  ];
}

const whole = (text: string): AnswerSentence => ({ about: "run", text, short: text });

/** `The lab predicted 4 of 6 figures of this flannel-vxlan cluster within 10 points; 1 is farther off and 1 is undecided.` */
function howNear(both: readonly PredictedCell[], { clusters }: Prediction): AnswerSentence {
  const [own] = clusters;
  const whose = clusters.length === 1 ? `this ${own?.mode ?? ""} cluster` : `these ${String(clusters.length)} clusters`;
  const of = (near: Predictable): number => both.filter((cell) => cell.near === near).length;
  const [near, far, open] = [of("yes"), of("no"), of("undecided")];
  const all = `${EVERY[both.length] ?? `all ${String(both.length)} figures`} that both have`;
  if (near === both.length) return whole(`The lab predicted ${whose} within ${POINTS} in ${all}.`);
  if (far === both.length)
    return whole(`The lab did not predict ${whose}: ${all} ${both.length === 1 ? "is" : "are"} more than ${POINTS} off.`);
  if (open === both.length) return whole(`Whether the lab predicted ${whose} within ${POINTS} is undecided in ${all}.`);
  const rest = listed([...(far === 0 ? [] : [`${areText(far)} farther off`]), ...(open === 0 ? [] : [`${areText(open)} undecided`])]);
  const count = near === 0 ? "none" : String(near);
  return whole(`The lab predicted ${count} of ${String(both.length)} figures of ${whose} within ${POINTS}; ${rest}.`);
}

const EVERY: Readonly<Record<number, string>> = { 1: "the one figure", 2: "the two figures" };

const areText = (count: number): string => `${String(count)} ${count === 1 ? "is" : "are"}`;

/** `Farthest off: packets per second, 0.55 times the hosts' where the lab has 0.30.` */
function farthest(both: readonly PredictedCell[], prediction: Prediction, scenario: Predicted): Answer {
  const size = ({ difference }: PredictedCell): number => Math.abs(difference?.median ?? 0);
  const all = both.filter(({ near }) => near === "no").sort((one, other) => size(other) - size(one));
  // What the table shows is what people ask first; others are named where it shows none that is far off.
  const asked = new Set(askedOf([...new Set(both.map(({ metric }) => metric))]));
  const shown = all.filter(({ metric }) => asked.has(metric));
  const far = shown.length > 0 ? shown : all;
  if (far.length === 0) return [];
  const names = clusterNames(prediction);
  const named = (most: number): string =>
    far
      .slice(0, most)
      .map(({ metric, cluster, lab, inCluster }, index) => {
        const whose = names.length === 1 ? "" : ` of ${names[cluster] ?? ""}`;
        const [there, here] = [shortRatio(inCluster.ratio?.median ?? 0), shortRatio(lab.ratio?.median ?? 0)];
        return `${questionOf(metric, scenario).inWords}${whose}, ${there}${index === 0 ? " times the hosts'" : ""} where the lab has ${here}`;
      })
      .join("; ");
  const label = all.length === 1 ? "Off" : "Farthest off";
  return [{ about: "run", text: `${label}: ${named(MOST_NAMED)}.`, short: `${label}: ${named(1)}.` }];
}

/** Whether orders came true: of modes by each figure where there are several clusters, of a mode's own figures where there is one. */
function ordersText(orders: readonly PredictedOrder[], scenario: Predicted): Answer {
  const modes = orders.filter(({ of }) => of === "modes");
  const [own] = orders;
  const text = modes.length > 0 ? ofModes(modes, scenario) : own === undefined ? "" : OF_FIGURES[own.predicted];
  return text === "" ? [] : [{ about: "next", text, short: "" }];
}

const OF_FIGURES: Readonly<Record<Predictable, string>> = {
  yes: "Its figures lose in the order that the lab predicted.",
  no: "Its figures lose in another order than the lab predicted.",
  undecided: "Whether its figures lose in the order that the lab predicted cannot be told from both.",
};

/** `Which mode is better came out as predicted in HTTP, not in packets per second, and cannot be told from both in round trip p50.` */
function ofModes(orders: readonly PredictedOrder[], scenario: Predicted): string {
  const by = (predicted: Predictable): string =>
    listed(orders.filter((order) => order.predicted === predicted).map((order) => questionOf(order.by, scenario).inWords));
  const [yes, no, open] = [by("yes"), by("no"), by("undecided")];
  const parts = [
    ...(yes === "" ? [] : [`came out as predicted in ${yes}`]),
    ...(no === "" ? [] : [yes === "" ? `did not come out as predicted in ${no}` : `not in ${no}`]),
    ...(open === "" ? [] : [`cannot be told from both in ${open}`]),
  ];
  return `Which mode is better ${parts.length < 3 ? parts.join(", and ") : `${parts.slice(0, -1).join(", ")}, and ${parts.at(-1) ?? ""}`}.`;
}
