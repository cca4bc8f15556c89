/**
 * Errors that end a use case.
 * @packageDocumentation
 */

/** What was asked can be understood, but it failed. */
export class RunError extends Error {
  override readonly name = "RunError";
}

/** The caller asked for an end before there was anything to report. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** Text from elsewhere as part of a one-line message: line breaks and other control characters become spaces. */
export const oneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();

/** What an error says, in one line. */
export const wordsOf = (error: unknown): string => oneLine(error instanceof Error ? error.message : String(error));
