/**
 * From ratios to the bare host, round by round, to what each layer costs.
 * @packageDocumentation
 */
import type { Effect, ExplainedMetric, Points, TakenAwayEffect } from "../model/explanation.js";
import type { Estimated } from "../statistics/combine-intervals.js";
import type { MedianTerm } from "../statistics/joint-medians.js";
import type { JointFigures } from "./joint-figures.js";

/** A rung that was measured. */
export interface MeasuredRung {
  /** What it has more than the rung before it; several where a rung between them could not be measured. */
  readonly layers: readonly string[];
  readonly title: string;
}

/** Everything that was measured to explain a variant, all in the same rounds. */
export interface LadderFigures {
  /** From the bare host on; at least one. */
  readonly rungs: readonly MeasuredRung[];
  readonly without: readonly { readonly layers: readonly string[] }[];
  /** Columns: the rungs, the variant's own lane, and those without layers. */
  readonly figures: JointFigures;
}

/** What a metric's waterfall is but for its name. */
export type Attribution = Omit<ExplainedMetric, "metric">;

const CONFIDENCE = 0.95;

/** Effects of layers with their intervals; undefined where rounds are too few for any. */
export function attribution(ladder: LadderFigures, better: "higher" | "lower"): Attribution | undefined {
  const { rungs, figures } = ladder;
  const last = rungs.length - 1;
  const between = (from: number, to: number): Points | undefined =>
    inPoints(figures.sum(difference(from, to), CONFIDENCE), from < 0 ? 1 : 0);
  const single = rungs.map((rung, place) => effectOf([rung], between(place - 1, place)));
  const ratio = figures.ratio(last + 1, CONFIDENCE);
  const unexplained = between(last, last + 1);
  const effects = merged(rungs, between);
  if (ratio === undefined || unexplained === undefined || effects === undefined || !single.every((one) => one !== undefined))
    return undefined;
  const withRatios = single.flatMap((effect, place) => {
    const own = figures.ratio(place, CONFIDENCE);
    return own === undefined ? [] : [{ ...effect, ratio: own }];
  });
  return { better, ratio, rounds: figures.rounds, effects, unexplained, rungs: withRatios, takenAway: withoutEffects(ladder) };
}

/** What some layers cost together, as they are put on; undefined where no rung has them, one has others besides, or rounds are too few. */
export function costTogether({ rungs, figures }: LadderFigures, layers: readonly string[]): Points | undefined {
  const terms = putOnTerms(rungs, layers);
  return terms === undefined ? undefined : inPoints(figures.sum(addedUp(terms.terms), CONFIDENCE), -terms.host);
}

/** The ratio of a rung less that of the one before it; before the first one stands the host, whose ratio is 1. */
const difference = (from: number, to: number): readonly MedianTerm[] => [
  { column: to, weight: 1 },
  ...(from < 0 ? [] : [{ column: from, weight: -1 }]),
];

function inPoints(sum: Estimated | undefined, less: number): Points | undefined {
  if (sum === undefined) return undefined;
  return { points: 100 * (sum.estimate - less), low: 100 * (sum.low - less), high: 100 * (sum.high - less) };
}

const halfWidth = ({ low, high }: Points): number => (high - low) / 2;

const effectOf = (rungs: readonly MeasuredRung[], points: Points | undefined): Effect | undefined => {
  const layers = rungs.flatMap((rung) => rung.layers);
  return points === undefined
    ? undefined
    : { layer: layers.join("+"), layers, title: rungs.map(({ title }) => title).join(" + "), ...points };
};

/** Effects that are larger than their own half-width: what is smaller stands with the next rung, since a figure for it would be made of noise. */
function merged(rungs: readonly MeasuredRung[], between: (from: number, to: number) => Points | undefined): Effect[] | undefined {
  const effects: Effect[] = [];
  let from = -1;
  for (const place of rungs.keys()) {
    const points = between(from, place);
    const effect = effectOf(rungs.slice(from + 1, place + 1), points);
    if (points === undefined || effect === undefined) return undefined;
    if (Math.abs(points.points) < halfWidth(points) && place < rungs.length - 1) continue;
    effects.push(effect);
    from = place;
  }
  return effects;
}

/**
 * What comes back when a layer is taken away, held against what it cost when it was put on, both as cost of a unit: in points costs that only add would
 * look like interactions.
 */
function withoutEffects({ rungs, without, figures }: LadderFigures): TakenAwayEffect[] {
  // Several are looked at, and one that chance alone makes must not be named.
  const confidence = 1 - (1 - CONFIDENCE) / without.length;
  const full = rungs.length;
  return without.flatMap(({ layers }, index) => {
    const lane = full + 1 + index;
    const putOn = putOnTerms(rungs, layers);
    const taken = [
      { column: full, weight: 1 },
      { column: lane, weight: -1 },
    ];
    const points = inPoints(figures.sum(taken, CONFIDENCE), 0);
    const off = figures.costs(taken, CONFIDENCE);
    if (putOn === undefined || points === undefined || off === undefined) return [];
    const terms = addedUp([...taken, ...putOn.terms.map(({ column, weight }) => ({ column, weight: -weight }))]);
    const interaction = inPoints(figures.costs(terms, confidence), putOn.host);
    if (interaction === undefined) return [];
    return {
      layers: [...layers],
      ...points,
      costPutOn: 100 * off.estimate - interaction.points,
      costTakenAway: 100 * off.estimate,
      interaction: { ...interaction, beyondNoise: interaction.low > 0 || interaction.high < 0 },
    };
  });
}

/** The cost of layers as they are put on; `host` counts the host's own cost, which is 1. Undefined where a rung has some of them and others besides. */
function putOnTerms(
  rungs: readonly MeasuredRung[],
  layers: readonly string[],
): { readonly terms: readonly MedianTerm[]; readonly host: number } | undefined {
  const terms: MedianTerm[] = [];
  let host = 0;
  for (const [place, rung] of rungs.entries()) {
    const shared = rung.layers.filter((layer) => layers.includes(layer)).length;
    if (shared === 0) continue;
    if (shared < rung.layers.length) return undefined;
    terms.push(...difference(place - 1, place));
    if (place === 0) host -= 1;
  }
  return terms.length === 0 ? undefined : { terms, host };
}

/** One term a column, so that what is the same on both sides is not counted as noise of two. */
function addedUp(terms: readonly MedianTerm[]): MedianTerm[] {
  const weights = new Map<number, number>();
  for (const { column, weight } of terms) weights.set(column, (weights.get(column) ?? 0) + weight);
  return [...weights].filter(([, weight]) => weight !== 0).map(([column, weight]) => ({ column, weight }));
}
