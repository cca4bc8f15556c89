/**
 * Branded numbers: a unit lives in the type where types can go, and beside the number where they cannot (run files, reports).
 * @packageDocumentation
 */
declare const unitOf: unique symbol;
/** A number whose unit is part of its type. */
export type Quantity<Name extends string> = number & { readonly [unitOf]: Name };

/** Bits per second on the wire or of goodput, as the metric says. */
export type BitsPerSecond = Quantity<"bit/s">;
/** Seconds. */
export type Seconds = Quantity<"s">;
/** Milliseconds, used where an interface of the platform counts in them. */
export type Milliseconds = Quantity<"ms">;

export const bitsPerSecond = (value: number): BitsPerSecond => value as BitsPerSecond;
export const seconds = (value: number): Seconds => value as Seconds;
export const milliseconds = (value: number): Milliseconds => value as Milliseconds;

/**
 * Every unit that a cell may carry in a run file, a summary or a report.
 * `us` is microseconds; `CPU s/...` are CPU seconds of the whole machine per amount of work.
 */
export const UNITS = [
  "bit/s",
  "frame/s",
  "request/s",
  "us",
  "CPU s/GB",
  "CPU s/million frames",
  "CPU s/thousand requests",
  "CPU s/million round trips",
] as const;
/** One of {@link UNITS}. */
export type Unit = (typeof UNITS)[number];
