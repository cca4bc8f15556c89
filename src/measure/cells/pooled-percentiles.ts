/**
 * Percentiles of the samples of many rounds, fast enough to be taken anew for hundreds of resamples of these rounds.
 * @packageDocumentation
 */
import type { Histogram } from "../../model/histogram.js";
import type { Resampling } from "../../statistics/bootstrap.js";
import { binOf } from "../../statistics/histogram.js";

/**
 * How many samples of each round lie at or below each value. Made once for a path; any choice of rounds, each counted as often as it was drawn, then
 * finds its percentile by bisection with a weighted sum for each step, instead of merging all histograms again.
 */
export class SampleTable {
  readonly #columnOf: ReadonlyMap<number, number>;
  readonly #columns: number;
  readonly #lows: Float64Array;
  readonly #highs: Float64Array;
  /** Row by row: samples at or below the row's value, round after round. */
  readonly #upTo: Float64Array;

  /** @param rounds by round number: the histograms of its observations */
  constructor(rounds: ReadonlyMap<number, readonly Histogram[]>) {
    const ascending = Float64Array.from(distinctValues(rounds)).sort();
    const bins = Array.from(ascending, binOf);
    this.#columnOf = new Map([...rounds.keys()].map((round, column) => [round, column]));
    this.#columns = rounds.size;
    this.#lows = Float64Array.from(bins, (bin) => bin.low);
    this.#highs = Float64Array.from(bins, (bin) => bin.high);
    this.#upTo = new Float64Array(ascending.length * this.#columns);
    this.#count(rounds, ascending);
    this.#accumulate();
  }

  /** The percentile of these rounds' samples with the number of samples; undefined when there are none. */
  percentile(p: number, rounds: readonly number[]): { readonly value: number; readonly samples: number } | undefined {
    const columns = this.#columnsOf(rounds);
    const once = new Float64Array(rounds.length).fill(1);
    const samples = this.#countUpTo(this.#lows.length - 1, columns, once, 0);
    return samples === 0
      ? undefined
      : { value: this.#valueAt(p * samples, this.#rowOf(p * samples, columns, once, 0, 0), columns, once, 0), samples };
  }

  /** The percentile in each resample of these rounds; NaN where a resample holds no sample. */
  resampled(p: number, rounds: readonly number[], draws: Resampling): Float64Array {
    const columns = this.#columnsOf(rounds);
    const values = new Float64Array(draws.resamples);
    // A resample's percentile is near that of the one before: the search starts there.
    let near = this.#lows.length >>> 1;
    for (let row = 0; row < values.length; row += 1) {
      const offset = row * draws.n;
      const samples = this.#countUpTo(this.#lows.length - 1, columns, draws.counts, offset);
      near = this.#rowOf(p * samples, columns, draws.counts, offset, near);
      values[row] = samples === 0 ? Number.NaN : this.#valueAt(p * samples, near, columns, draws.counts, offset);
    }
    return values;
  }

  #count(rounds: ReadonlyMap<number, readonly Histogram[]>, ascending: Float64Array): void {
    const rowOf = new Map(Array.from(ascending, (value, row) => [value, row]));
    let column = 0;
    for (const histograms of rounds.values()) {
      for (const histogram of histograms) {
        for (const [value, count] of histogram) {
          const place = (rowOf.get(value) ?? 0) * this.#columns + column;
          this.#upTo[place] = (this.#upTo[place] ?? 0) + count;
        }
      }
      column += 1;
    }
  }

  #accumulate(): void {
    for (let place = this.#columns; place < this.#upTo.length; place += 1) {
      this.#upTo[place] = (this.#upTo[place] ?? 0) + (this.#upTo[place - this.#columns] ?? 0);
    }
  }

  #columnsOf(rounds: readonly number[]): Int32Array {
    return Int32Array.from(rounds, (round) => {
      const column = this.#columnOf.get(round);
      if (column === undefined) throw new RangeError(`round ${String(round)} is not in the table`);
      return column;
    });
  }

  /** Samples at or below a row's value; the columns are counted as often as the weights from `offset` on say. */
  #countUpTo(row: number, columns: Int32Array, weights: Float64Array, offset: number): number {
    if (row < 0) return 0;
    const upTo = this.#upTo;
    const start = row * this.#columns;
    let total = 0;
    for (let index = 0; index < columns.length; index += 1) {
      total += (upTo[start + (columns[index] ?? 0)] ?? 0) * (weights[offset + index] ?? 0);
    }
    return total;
  }

  /** The first row up to which there are at least `target` samples: strides that double, away from `near`, then bisection. */
  #rowOf(target: number, columns: Int32Array, weights: Float64Array, offset: number, near: number): number {
    const enough = (row: number): boolean => this.#countUpTo(row, columns, weights, offset) >= target;
    const last = this.#lows.length - 1;
    let low = near;
    let high = near;
    if (enough(near)) {
      for (let stride = 1; low > 0 && enough(low); stride *= 2) {
        high = low;
        low = Math.max(0, low - stride);
      }
    } else {
      for (let stride = 1; high < last && !enough(high); stride *= 2) {
        low = high;
        high = Math.min(last, high + stride);
      }
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (enough(middle)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** The point inside a row's bin at which `target` samples are reached. */
  #valueAt(target: number, row: number, columns: Int32Array, weights: Float64Array, offset: number): number {
    const below = this.#countUpTo(row - 1, columns, weights, offset);
    const share = (target - below) / (this.#countUpTo(row, columns, weights, offset) - below);
    const bottom = this.#lows[row] ?? 0;
    return bottom + share * ((this.#highs[row] ?? 0) - bottom);
  }
}

function distinctValues(rounds: ReadonlyMap<number, readonly Histogram[]>): Set<number> {
  const values = new Set<number>();
  for (const histograms of rounds.values()) for (const histogram of histograms) for (const [value] of histogram) values.add(value);
  return values;
}
