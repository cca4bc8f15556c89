/**
 * Medians of several paths over the same rounds, and numbers that follow from them. What happened in a round happened to all of its paths, so rounds
 * are drawn for all of them at once.
 * @packageDocumentation
 */
import { bootstrapInterval, type Resampling, resampling } from "./bootstrap.js";
import { type Estimated, sumOfIndependent } from "./combine-intervals.js";
import { medianOfSorted } from "./median.js";
import { autocorrelationFactor, estimateOf } from "./median-interval.js";
import { type Sample, sampleOf, sorted } from "./sample.js";

/** Below this number of rounds sums of medians are not resampled (docs/decisions/0018). */
export const FEWEST_TO_RESAMPLE = 9;

/** A sum of weight x median, or of weight x (1 / median). */
export interface MedianTerm {
  /** Which column's. */
  readonly column: number;
  readonly weight: number;
}

/** A column is what one path showed in each round, in the order of rounds. */
export class JointMedians {
  readonly #columns: readonly Sample[];
  readonly #medians: readonly number[];
  readonly #reciprocal: boolean;
  readonly #draws: Resampling | undefined;
  /** By column; made when they are asked for. */
  readonly #resampled = new Map<number, Float64Array>();

  /**
   * @param columns - all of one length, at least 3; every value is above 0 where reciprocals are asked for
   * @param reciprocal - whether terms are of 1 / median
   */
  constructor(columns: readonly (readonly number[])[], seed: number, reciprocal = false) {
    this.#columns = columns.map((column) => {
      const sample = sampleOf(column);
      if (sample === undefined) throw new RangeError("a column without a value has no median");
      return sample;
    });
    this.#medians = this.#columns.map((column) => medianOfSorted(sorted(column)));
    this.#reciprocal = reciprocal;
    const rounds = this.#columns[0]?.length ?? 0;
    this.#draws = rounds < FEWEST_TO_RESAMPLE ? undefined : resampling(rounds, seed);
  }

  /**
   * The sum with its interval. From {@link FEWEST_TO_RESAMPLE} rounds on it is resampled, and wider where neighbouring rounds are alike; with fewer the
   * medians' own intervals add in squares, which paths that share their host make too wide rather than too narrow. Undefined below 3 rounds.
   */
  sum(terms: readonly MedianTerm[], confidence: number): Estimated | undefined {
    const estimate = terms.reduce((sum, { column, weight }) => sum + weight * this.#of(this.#medians[column]), 0);
    const draws = this.#draws;
    if (draws === undefined) return this.#fromTheirOwn(terms, confidence);
    const values = new Float64Array(draws.resamples);
    for (const { column, weight } of terms) {
      const medians = this.#drawn(column, draws);
      for (let row = 0; row < values.length; row += 1) values[row] = (values[row] ?? 0) + weight * this.#of(medians[row]);
    }
    const interval = bootstrapInterval(estimate, values, draws.n, confidence);
    if (interval === undefined) return undefined;
    const factor = this.#neighbours(terms);
    return { estimate, low: estimate - factor * (estimate - interval.low), high: estimate + factor * (interval.high - estimate) };
  }

  readonly #of = (median = Number.NaN): number => (this.#reciprocal ? 1 / median : median);

  #fromTheirOwn(terms: readonly MedianTerm[], confidence: number): Estimated | undefined {
    const own = terms.map(({ column, weight }) => {
      const estimate = estimateOf(this.#columns[column]?.map((value) => this.#of(value)) ?? [], confidence);
      if (estimate?.interval === undefined) return undefined;
      return { weight, estimate: this.#of(this.#medians[column]), low: estimate.interval.low, high: estimate.interval.high };
    });
    const known = own.filter((one) => one !== undefined);
    return known.length < own.length ? undefined : sumOfIndependent(known);
  }

  /** How much wider the interval is since rounds are like those before them. */
  #neighbours(terms: readonly MedianTerm[]): number {
    const rounds = this.#columns[0]?.length ?? 0;
    const values = Array.from({ length: rounds }, (_, round) =>
      terms.reduce((sum, { column, weight }) => sum + weight * this.#of(this.#columns[column]?.[round]), 0),
    );
    const inOrder = sampleOf(values);
    return inOrder === undefined ? 1 : autocorrelationFactor(inOrder, sorted(inOrder));
  }

  #drawn(column: number, draws: Resampling): Float64Array {
    const known = this.#resampled.get(column);
    if (known !== undefined) return known;
    const made = resampledMedians(this.#columns[column] ?? [], draws);
    this.#resampled.set(column, made);
    return made;
  }
}

/** The median of each resample of a column. */
function resampledMedians(column: readonly number[], { n, resamples, counts }: Resampling): Float64Array {
  const order = Array.from(column.keys()).sort((one, other) => (column[one] ?? 0) - (column[other] ?? 0));
  const medians = new Float64Array(resamples);
  // Ranks of the middle values, counted from 1: the same one twice where their number is odd.
  const [below, above] = [Math.floor((n + 1) / 2), Math.floor(n / 2) + 1];
  for (let row = 0; row < resamples; row += 1) {
    let seen = 0;
    let first: number | undefined;
    for (const place of order) {
      seen += counts[row * n + place] ?? 0;
      const value = column[place] ?? Number.NaN;
      if (first === undefined && seen >= below) first = value;
      if (seen >= above) {
        medians[row] = ((first ?? value) + value) / 2;
        break;
      }
    }
  }
  return medians;
}
