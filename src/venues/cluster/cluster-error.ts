/**
 * What the cluster venue says when it cannot go on.
 * @packageDocumentation
 */

/** Something in the cluster failed; `hint` says what to do about it. */
export class ClusterError extends Error {
  override readonly name = "ClusterError";

  constructor(
    message: string,
    readonly hint?: string,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? {} : { cause });
  }
}
