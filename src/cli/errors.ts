/**
 * What an end of a command means for its exit code.
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
  /** SIGINT, as shells count it; other signals that ask for an end are answered alike. */
  interrupted: 130,
} as const;

/** The command line asks for something that cannot be. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
