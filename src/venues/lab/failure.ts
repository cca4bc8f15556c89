/**
 * A command of the lab that failed, in its own words.
 * @packageDocumentation
 */
import type { RunOutcome } from "../agent/protocol.js";

/** A mode could not be built: the failing command with its own words. The other modes are not concerned. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/** The part of a planned command that a message is made of. */
interface FailedCommand {
  readonly argv: readonly string[];
  readonly stdin?: string;
}

/** One line for a command that failed: the command, the line of its input that it names, and its own words. */
export function describeFailure(command: FailedCommand, outcome: RunOutcome): string {
  const words = outcome.startError ?? `${outcome.stderr.trim()}${outcome.timedOut ? " (it hung)" : ""}`;
  const number = /(?:-:|line )(\d+)/.exec(words)?.[1];
  const line = number === undefined ? undefined : command.stdin?.split("\n")[Number(number) - 1];
  const where = line === undefined ? "" : ` at \`${line.trim()}\``;
  const how = outcome.signal === undefined ? "" : ` (${outcome.signal})`;
  return `\`${command.argv.join(" ")}\` failed${where}${how}: ${words.replaceAll(/\s*\n\s*/g, " ")}`;
}
