/**
 * What an explanation says first: how much is lost, to what, and what to change.
 * @packageDocumentation
 */
import type { Cheaper, Effect, ExplainedMetric, Explanation, Points } from "../model/explanation.js";
import { findMetric } from "../model/metric.js";
import { metricName, type Named } from "../model/metric-names.js";
import { formatHalfWidth } from "../units/format.js";
import { listed } from "../units/listed.js";
import { costliestRungs, costly, lossOf } from "./costly.js";

/** A sentence, and what is left of it where there is less room and where there is little; empty where it can be left out. */
export interface Sentence {
  readonly text: string;
  readonly medium: string;
  readonly short: string;
}

/** More than these are not named. */
const MOST_NAMED = 3;

/**
 * The answer, its most important sentence first: one a metric, in their order, before what could be changed.
 * @param scenario - by which metrics have the names of the field
 */
export function sentencesOf(
  { variant, metrics, missing, cheaper, status }: Pick<Explanation, "variant" | "metrics" | "missing" | "cheaper" | "status">,
  scenario: Named,
): readonly Sentence[] {
  const [first] = metrics;
  if (first === undefined) return [sentence(`Nothing can be said of ${variant}: it has no figures.`, `${variant} has no figures.`)];
  const without = missing.filter(({ what }) => findMetric(what) !== undefined);
  return [
    ...metrics.map((metric, index) => lossSentence(index === 0 ? variant : "it", metric, scenario)),
    ...without.map(({ what, reason }) => noFigureSentence(metricName(what, scenario).inWords, reason)),
    ...(cheaper[0] === undefined ? [] : [cheaperSentence(cheaper[0], first)]),
    ...unexplainedSentence(first, metrics.length > 1 ? ` in ${metricName(first.metric, scenario).inWords}` : ""),
    ...cheaper.slice(1, 2).map((one) => ({ ...cheaperSentence(one, first), medium: "", short: "" })),
    ...(status === "partial" ? [CUT_SHORT] : []),
  ];
}

const sentence = (text: string, short: string): Sentence => ({ text, medium: short, short });

const CUT_SHORT = sentence("The run was cut short, so more rounds may change this.", "The run was cut short.");

const noFigureSentence = (inWords: string, reason: string): Sentence =>
  sentence(`In ${inWords} it has no figure: ${reason}.`, `In ${inWords} it has no figure.`);

/** @param subject - the variant, or a word for it in later sentences */
function lossSentence(subject: string, metric: ExplainedMetric, scenario: Named): Sentence {
  const { ratio, better } = metric;
  const { inWords } = metricName(metric.metric, scenario);
  const figure = `${inRatio(ratio.median)} ${better === "higher" ? "of" : "times"} the host's figure`;
  const short = subject === "it" ? `In ${inWords} it has ${inRatio(ratio.median)}` : `${subject} has ${figure} in ${inWords}`;
  const place = `${subject === "it" ? `In ${inWords} it has ${figure}` : short} (${inRatio(ratio.low)} to ${inRatio(ratio.high)})`;
  const named = costly(metric).slice(0, MOST_NAMED);
  if (named.length === 0)
    return { text: `${place}, and no layer costs more than the noise of this run.`, medium: `${short}.`, short: `${short}.` };
  const costs = named.map((effect, index) => `${nameOf(effect, metric)} (${inPoints(effect, index === 0 ? " points" : "")})`);
  const [most] = named.map((effect) => nameOf(effect, metric));
  const lost = named.reduce((sum, effect) => sum + lossOf(effect, better), 0);
  const gap = lossOf({ points: 100 * (ratio.median - 1) }, better);
  // Where there may be no gap, or layers cost less than half of it, or others give more back than these cost, they are not most of it.
  const isLess = better === "higher" ? ratio.high < 1 : ratio.low > 1;
  const isMost = isLess && lost >= gap / 2;
  const words = `${isMost ? "most is" : "beyond the noise of this run something is"} ${better === "higher" ? "lost to" : "added by"}`;
  return { text: `${place}: ${words} ${listed(costs)}.`, medium: `${short}: ${words} ${most ?? ""}.`, short: `${short}.` };
}

/** Two layers that stand together by both names; of more the one that costs most. */
function nameOf(effect: Effect, metric: ExplainedMetric): string {
  const [most] = costliestRungs(effect, metric);
  if (effect.layers.length < 3 || most === undefined) return effect.title;
  return `${most.title} and ${String(effect.layers.length - most.layers.length)} layers that cannot be told apart from it`;
}

function cheaperSentence({ layers, instead, givesUp, ...cost }: Cheaper, metric: ExplainedMetric): Sentence {
  const titles = layers.map((layer) => metric.rungs.find((rung) => rung.layers.includes(layer))?.title ?? layer);
  const saved = `${instead} does without ${listed([...new Set(titles)])} (${costText(cost)})`;
  const [most, ...more] = givesUp;
  if (most === undefined) return sentence(`${saved}, and gives up nothing that podwire knows of.`, `${saved}.`);
  const rest = more.length === 0 ? "" : `; and ${String(more.length)} more`;
  return sentence(`${saved}; one gives up: ${most}${rest}.`, `${saved}.`);
}

/** What can be saved; of what cannot be told from nothing that is said. */
export const costText = (cost: Points): string =>
  `${inPoints(cost, " points")}${cost.low <= 0 && cost.high >= 0 ? ", within the noise of this run" : ""}`;

/** What no layer owns, where it is more than noise. */
function unexplainedSentence({ unexplained }: ExplainedMetric, of: string): Sentence[] {
  if (unexplained.low <= 0 && unexplained.high >= 0) return [];
  const text = `Not explained${of}: ${inPoints(unexplained, " points")}.`;
  return [sentence(text, text)];
}

const inRatio = (ratio: number): string => ratio.toFixed(2);

/**
 * `-14 ±3 points`: an effect with half of its interval, rounded up, both with one digit more where that is less than a point. Where an interval is so lop-sided
 * that this would say of 0 what it does not say, by its ends: `-21 [-57, -1] points`.
 */
export const inPoints = ({ points, low, high }: Points | Effect, unit = ""): string => {
  const half = (high - low) / 2;
  const holdsZero = low <= 0 && high >= 0;
  if (holdsZero !== Math.abs(points) <= half) return `${signed(points)} [${endText(low)}, ${endText(high)}]${unit}`;
  const spread = formatHalfWidth(half, 0);
  return `${signed(points, spread.split(".")[1]?.length ?? 0)} ±${spread}${unit}`;
};

const signed = (points: number, digits = 0): string => {
  const text = points.toFixed(digits);
  if (Number(text) === 0) return "0";
  return points > 0 ? `+${text}` : text;
};

/** On which side of 0 an end is must be seen. */
const endText = (points: number): string => signed(points, Math.abs(points) < 0.5 ? 1 : 0);
