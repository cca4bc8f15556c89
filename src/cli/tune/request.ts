/**
 * What the commands of `podwire tune` have in common: their flags as values, and the ports by which a node is read and changed.
 * @packageDocumentation
 */
import { RISKS, type Risk } from "../../tuning/contract.js";
import { TuningError } from "../../tuning/error.js";
import { changeCalled, namesLike } from "../../tuning/known-names.js";
import { NotTakenBackError } from "../../tuning/not-taken-back.js";
import type { Plan, PlanRequest } from "../../tuning/plan.js";
import type { TunerPorts } from "../../tuning/tuner.js";
import { InterruptedError, RunError } from "../../use-cases/errors.js";
import { suggestion } from "../completion/nearest.js";
import type { CliContext } from "../context.js";
import { UsageError } from "../errors.js";
import type { FormatFlags } from "../output-format.js";

/** Flags of every command. */
export interface TuneFlags extends FormatFlags {
  readonly only?: string;
  readonly state?: string;
}

/** Flags of those that plan. */
export interface PlanFlags extends TuneFlags {
  readonly maxRisk?: Risk;
  readonly force?: boolean;
}

/** The changes that `--only` names, by their own names or by values that they set; absent: all. @throws UsageError for a name that is none */
export function onlyOf({ only }: TuneFlags): readonly string[] | undefined {
  if (only === undefined) return undefined;
  const words = only.split(",").flatMap((word) => (word.trim() === "" ? [] : [word.trim()]));
  if (words.length === 0) throw new UsageError("--only: names no change; `podwire tune plan --max-risk high` lists them");
  return words.map((word) => {
    const name = changeCalled(word);
    if (name !== undefined) return name;
    const what = word.includes(".") ? `no change sets ${word}` : `no change is called ${word}`;
    throw new UsageError(`--only: ${what}.${suggestion(word, namesLike(word))} \`podwire tune plan --max-risk high\` lists what there is.`);
  });
}

/** The request for a plan. */
export function planRequest(flags: PlanFlags): PlanRequest {
  const only = onlyOf(flags);
  return { maxRisk: flags.maxRisk ?? RISKS[0], force: flags.force === true, ...(only === undefined ? {} : { only }) };
}

/** Through what the node is reached. */
export function tunerPorts({ state }: TuneFlags, { machine, durableLog, pid }: CliContext): TunerPorts {
  if (state === "") throw new UsageError("--state: names no folder");
  const { commands, files, clock, processes } = machine;
  return { commands, files, clock, processes, log: durableLog, pid, ...(state === undefined ? {} : { state }) };
}

/** What stands in the way of a change ends a command as a failed run does. */
export async function tuning<T>(context: CliContext, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof NotTakenBackError) throw new RunError(error.message, { cause: error });
    if (!(error instanceof TuningError)) throw error;
    if (context.interrupted.aborted) throw new InterruptedError(`${error.message}: nothing of it stands`);
    throw new RunError(error.message);
  }
}

/** Changes are made and undone by root alone: in a lab that an ordinary user opened, it is root of its own. */
export function requireRoot(what: string, { machine }: CliContext): void {
  if (!machine.root) throw new RunError(`tune ${what} needs root: it changes the node; \`podwire tune plan\` shows what it would do`);
}

/** What was named and cannot be had is an error, not a change less. @throws RunError with the first reason */
export function requireNamed(plan: Plan, only: readonly string[] | undefined): void {
  if (only === undefined) return;
  const missing = [...plan.refused, ...plan.notHere].find(({ change }) => only.includes(change.name));
  if (missing !== undefined) throw new RunError(`${missing.change.name}: ${missing.because}`);
  const advised = plan.advice.find(({ change }) => only.includes(change.name));
  if (advised !== undefined) throw new RunError(`${advised.change.name}: podwire does not set it: ${advised.says}`);
}
