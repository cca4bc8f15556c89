/**
 * Samples whose type proves that they hold a number, and sorted samples.
 * @packageDocumentation
 */
declare const notEmpty: unique symbol;
declare const inAscendingOrder: unique symbol;

/** At least one number, none of them NaN. Infinities are allowed: the logarithm of a ratio of 0 is one. */
export type Sample = readonly number[] & { readonly [notEmpty]: true };
/** A {@link Sample} in ascending order. */
export type SortedSample = Sample & { readonly [inAscendingOrder]: true };

/**
 * The values as a sample, or undefined when there are none.
 * @throws RangeError when a value is NaN, which would silently break every comparison after it.
 */
export function sampleOf(values: readonly number[]): Sample | undefined {
  if (values.some((value) => Number.isNaN(value))) throw new RangeError("a sample cannot hold NaN");
  return values.length === 0 ? undefined : (values as Sample);
}

/** The sample in ascending order, as a copy. */
export function sorted(sample: Sample): SortedSample {
  return Array.from(Float64Array.from(sample).sort()) as readonly number[] as SortedSample;
}

/** A sample in the order of its rounds, which tells how neighbours resemble each other, and sorted. */
export interface OrderedSample {
  readonly inOrder: Sample;
  readonly sorted: SortedSample;
}

/** The value of a rank counted from 1. */
export function orderStatistic(sample: SortedSample, rank: number): number {
  const value = sample[rank - 1];
  if (value === undefined) throw new RangeError(`rank ${String(rank)} is not within 1 and ${String(sample.length)}`);
  return value;
}

/** A sample that grows by one value at a time and knows its values in the order of their coming and sorted. */
export class GrowingSample {
  readonly #inOrder: number[] = [];
  readonly #sorted: number[] = [];

  /** Number of values. */
  get n(): number {
    return this.#inOrder.length;
  }

  /** Adds a value; the sorted order is kept by insertion, since a sort for each new value would be quadratic in a long run. */
  add(value: number): void {
    if (Number.isNaN(value)) throw new RangeError("a sample cannot hold NaN");
    this.#inOrder.push(value);
    this.#sorted.splice(this.#placeOf(value), 0, value);
  }

  /** The values as they came and sorted, or undefined when there are none. Both change when a value is added. */
  view(): OrderedSample | undefined {
    const inOrder = sampleOf(this.#inOrder);
    return inOrder === undefined ? undefined : { inOrder, sorted: this.#sorted as readonly number[] as SortedSample };
  }

  #placeOf(value: number): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sorted[middle] ?? Number.POSITIVE_INFINITY) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
