/**
 * What stands in the way of a change.
 * @packageDocumentation
 */

/** A change, a reading or the journal failed; the message says what, by which command or file, and what to do next, in one line. */
export class TuningError extends Error {
  override readonly name = "TuningError";
}
