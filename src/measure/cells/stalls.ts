/**
 * The ratio of sums beside the median ratio: a median does not see a path that stands still now and then, a sum does.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import { bootstrapInterval, type Resampling } from "../../statistics/bootstrap.js";
import type { CellSource } from "./paired-cell.js";
import { pairRound } from "./pairing.js";

/** The ratio of sums and whether it is worse than the median ratio beyond noise. */
export interface SumRatio {
  readonly ratioOfSums: number;
  readonly stalls: boolean;
}

/** One round: sums over both sides' observations, and their in-round log ratio. */
interface SummedRound {
  readonly above: Summed;
  readonly below: Summed;
  readonly logRatio: number;
}

interface Summed {
  readonly amount: number;
  readonly weight: number;
}

/** The mark is one of many in a table, so it takes more than the usual 95 %. */
const CONFIDENCE = 0.99;
/** With fewer rounds, resampled medians say nothing. */
const FEWEST_ROUNDS = 9;

/**
 * Sum of the mode over sum of the baseline over these rounds. Rates are weighted with the time that they were seen for, which makes the ratio that of
 * the long run: a trial of a fixed size that stalls lasts longer.
 */
export function sumRatioOf(source: CellSource, rounds: readonly number[], draws: (rounds: number) => Resampling): SumRatio | undefined {
  const summed = rounds.flatMap((round) => {
    const pair = pairRound({ ...source, round }, source.numerator, source.denominator);
    if (pair.kind !== "paired" || pair.logRatio === undefined) return [];
    const [above, below] = [summedOf(source.metric, pair.numerator), summedOf(source.metric, pair.denominator)];
    return [{ above, below, logRatio: pair.logRatio }];
  });
  const ratioOfSums = ratioOver(summed, onceEach(summed.length), 0);
  return Number.isFinite(ratioOfSums) ? { ratioOfSums, stalls: stalls(summed, source.metric.better, draws) } : undefined;
}

function summedOf(metric: Metric, observations: readonly Observation[]): Summed {
  const weights = observations.map((observation) => (metric.better === "higher" && observation.elapsed > 0 ? observation.elapsed : 1));
  const amount = observations.reduce((sum, observation, index) => sum + (observation.values[metric.name] ?? 0) * (weights[index] ?? 1), 0);
  return { amount, weight: weights.reduce((sum, weight) => sum + weight, 0) };
}

/**
 * Whether the sums are worse than the median of these rounds, by the interval of their distance from resampled rounds. The cell's own centre may be
 * another one, where starts are its units; a distance and its resamples must be the same estimator.
 */
function stalls(rounds: readonly SummedRound[], better: "higher" | "lower", draws: (rounds: number) => Resampling): boolean {
  if (rounds.length < FEWEST_ROUNDS) return false;
  const ascending = [...rounds].sort((one, other) => one.logRatio - other.logRatio);
  const distanceIn = (counts: Uint8Array, offset: number): number =>
    Math.log(ratioOver(ascending, counts, offset)) - weightedMedian(ascending, counts, offset);
  const distance = distanceIn(onceEach(rounds.length), 0);
  const { counts, resamples } = draws(rounds.length);
  const distances = Float64Array.from({ length: resamples }, (_, row) => distanceIn(counts, row * rounds.length));
  const interval = bootstrapInterval(distance, distances, rounds.length, CONFIDENCE);
  if (interval === undefined) return false;
  return better === "higher" ? interval.high < 0 : interval.low > 0;
}

const onceEach = (rounds: number): Uint8Array => new Uint8Array(rounds).fill(1);

function ratioOver(rounds: readonly SummedRound[], counts: Uint8Array, offset: number): number {
  let aboveAmount = 0;
  let aboveWeight = 0;
  let belowAmount = 0;
  let belowWeight = 0;
  for (const [index, { above, below }] of rounds.entries()) {
    const times = counts[offset + index] ?? 0;
    aboveAmount += times * above.amount;
    aboveWeight += times * above.weight;
    belowAmount += times * below.amount;
    belowWeight += times * below.weight;
  }
  return aboveAmount / aboveWeight / (belowAmount / belowWeight);
}

/** The median log ratio of a resample: each round of the ascending list counted as often as it was drawn. */
function weightedMedian(ascending: readonly SummedRound[], counts: Uint8Array, offset: number): number {
  const half = ascending.length / 2;
  let seen = 0;
  let lower: number | undefined;
  for (const [index, { logRatio }] of ascending.entries()) {
    seen += counts[offset + index] ?? 0;
    if (lower === undefined && seen >= half) {
      if (seen > half) return logRatio;
      lower = logRatio;
    } else if (lower !== undefined && seen > half) return (lower + logRatio) / 2;
  }
  return lower ?? Number.NaN;
}
