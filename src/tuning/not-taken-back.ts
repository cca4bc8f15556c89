/**
 * A trial that failed, and what it left could not be taken back: neither error hides the other.
 * @packageDocumentation
 */
import type { Guard } from "./lease.js";

/** Both errors, the one that ended the trial first. */
export class NotTakenBackError extends AggregateError {
  override readonly name = "NotTakenBackError";
}

/** Lets the guard take back what a failed trial has left. @returns the error to throw: the trial's own, and with it what kept the guard from it */
export async function afterTakingBack(error: unknown, guard: Pick<Guard, "takeBack">): Promise<unknown> {
  const failure = await failureOf(guard);
  if (failure === undefined) return error;
  return new NotTakenBackError(
    [error, failure],
    `${wordsOf(error)}; and its guard could not take everything back: ${wordsOf(failure)}. \`podwire tune status\` tells what stands.`,
  );
}

async function failureOf({ takeBack }: Pick<Guard, "takeBack">): Promise<unknown> {
  try {
    // The guard is podwire too, and says so before each line.
    const words = (await takeBack()).replaceAll(/^podwire: /gm, "");
    return words === "" ? undefined : new Error(words);
  } catch (error) {
    return error;
  }
}

/** In one line, without a stop at its end. */
const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim().replace(/\.$/, "");
