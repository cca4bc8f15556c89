/**
 * Errors that end a command, with what they mean for the exit code.
 * @packageDocumentation
 */

/** Exit codes of podwire: the contract with scripts. */
export const EXIT = {
  ok: 0,
  /** An asked mode or the run failed. */
  failed: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** A gate of `podwire compare` fails: what was asked worked, and the answer is no. */
  gate: 3,
  /** SIGINT, as shells count it. */
  interrupted: 130,
} as const;

/** The command line asks for something that cannot be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The command line is fine, but what it asks for failed. */
export class RunError extends Error {
  override readonly name = "RunError";
}
