/**
 * A distribution as plain numbers: readable in a run file without podwire.
 * @packageDocumentation
 */

/** Sorted pairs of a value (us, rounded to three significant digits) and how often it was seen. */
export type Histogram = readonly (readonly [value: number, count: number])[];

/** Times of which some were cut off by the end of what was watched: of these only a lower limit is known. */
export interface Distribution {
  /** Times seen from beginning to end. */
  readonly completed: Histogram;
  /** For how long the others had lasted when they were cut off; absent where none was. */
  readonly censored?: Histogram;
}
