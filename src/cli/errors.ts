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
  /** SIGINT, as shells count it; other signals that ask for an end are answered alike. */
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

/** The caller asked for an end before there was anything to report. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Text from elsewhere as part of a one-line message: line breaks and other control characters become spaces. */
export const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
