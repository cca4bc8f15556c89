/**
 * How a probe says that a measurement failed, and the causes that all tools share.
 * @packageDocumentation
 */
import type { LoadUnseen, ProcessOutcome } from "../venues/contract.js";
import type { ProbeError } from "./contract.js";

/** A result without a sample. */
export type ProbeFailure = { readonly ok: false } & ProbeError;

const EVIDENCE_LENGTH = 400;

/** A failed measurement with its cause. Empty evidence is left out, long evidence is shortened. */
export function failure(error: string, evidence?: string, hint?: string): ProbeFailure {
  const shown = evidence === undefined ? "" : shorten(evidence.trim());
  return { ok: false, error, ...(shown === "" ? {} : { evidence: shown }), ...(hint === undefined ? {} : { hint }) };
}

const shorten = (text: string): string => (text.length <= EVIDENCE_LENGTH ? text : `${text.slice(0, EVIDENCE_LENGTH)}...`);

/** What went wrong with the process itself, whatever it printed; undefined when it ended by its own will. */
export function processFailure(tool: string, outcome: ProcessOutcome): ProbeFailure | undefined {
  if (outcome.startError !== undefined) {
    return failure(`${tool} could not be started: ${outcome.startError}`, undefined, `see whether ${tool} is installed`);
  }
  if (outcome.timedOut)
    return failure(`${tool} did not end in time and was killed`, printed(outcome), "see whether the path carries traffic at all");
  if (outcome.signal !== undefined) return failure(`${tool} was ended by ${outcome.signal}`, printed(outcome));
  return undefined;
}

/** Why nothing was seen of a tool's load: how the tool itself failed, unless podwire ended it, or else what was not seen. */
export function loadFailure(tool: string, outcome: ProcessOutcome, { unseen, toolRan }: LoadUnseen, hint?: string): ProbeFailure {
  const failed = toolRan === true ? undefined : processFailure(tool, outcome);
  return failed ?? failure(unseen, printed(outcome), hint);
}

/** What a tool printed, its complaints first. */
export const printed = (outcome: ProcessOutcome): string => `${outcome.stderr}\n${outcome.stdout}`.trim();

/** The tool that a command runs: its first word, or the name that is given to a shell's script (POSIX, `sh -c SCRIPT NAME ...`). */
export function toolOf([program, option, , name]: readonly [string, ...string[]]): string {
  return program === "sh" && option === "-c" ? (name ?? program) : program;
}
