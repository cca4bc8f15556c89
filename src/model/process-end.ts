/**
 * How a program has ended that was meant to stay: a server, a generator, a daemon.
 * @packageDocumentation
 */

/** What is known of its end. */
export interface ProcessEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly startError?: string;
}

/** Longest part of a program's words that a reason repeats. */
const WORDS_LENGTH = 400;

/** One line: `nginx ended (exit code 1): its words`. */
export function endOf(tool: string, { exitCode, signal, stdout, stderr, startError }: ProcessEnd): string {
  if (startError !== undefined) return `${tool} could not be started: ${startError}`;
  const words = `${stderr}\n${stdout}`.trim().replaceAll(/\s*\n\s*/g, " ");
  const said = words.length <= WORDS_LENGTH ? words : `${words.slice(0, WORDS_LENGTH)}...`;
  return `${tool} ended (${signal ?? `exit code ${String(exitCode)}`})${said === "" ? "" : `: ${said}`}`;
}
