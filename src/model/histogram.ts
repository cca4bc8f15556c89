/**
 * A distribution as plain numbers: readable in a run file without podwire.
 * @packageDocumentation
 */

/** Sorted pairs of a value (us, rounded to three significant digits) and how often it was seen. */
export type Histogram = readonly (readonly [value: number, count: number])[];
