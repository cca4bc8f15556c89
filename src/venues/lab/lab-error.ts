/**
 * What the lab says when it cannot go on.
 * @packageDocumentation
 */

/** The lab as a whole failed; `hint` says what to do about it. */
export class LabError extends Error {
  override readonly name = "LabError";

  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
