import { commandLines } from "../../report/terminal/tuning.js";
import type { Entry } from "../../tuning/journal/replay.js";
import { type Guard, startGuard } from "../../tuning/lease.js";
import { afterTakingBack } from "../../tuning/not-taken-back.js";
import { type PlannedChange, planFor } from "../../tuning/plan.js";
import { changeDocument } from "../../tuning/plan-document.js";
import { confirmChanges, type MakingWatch, makeChanges, readNode } from "../../tuning/tuner.js";
import { parseDuration, QuantityError } from "../../units/parse.js";
import { milliseconds, type Seconds } from "../../units/quantity.js";
import { RunError } from "../../use-cases/errors.js";
import { type CliContext, sayTo } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { printText } from "../hand-out.js";
import { isForPrograms } from "../output-format.js";
import { type PlanFlags, planRequest, requireNamed, requireRoot, tunerPorts, tuning } from "./request.js";
import { printTuningStatus, statusNow } from "./status.js";

/** Flags of `podwire tune apply`. */
export interface ApplyFlags extends PlanFlags {
  readonly confirmWithin?: string;
}

/** As long as a plan waits between two readings of the counters, so that both see the same. */
const BETWEEN = milliseconds(1_000);

/** Makes the changes that `plan` shows, all of them or none. */
export async function tuneApply(flags: ApplyFlags, context: CliContext): Promise<number> {
  const request = planRequest(flags);
  const within = withinOf(flags);
  requireRoot("apply", context);
  const ports = tunerPorts(flags, context);
  const read = await tuning(context, async () => readNode(ports, BETWEEN));
  const plan = planFor(read.facts, request);
  requireNamed(plan, request.only);
  const quiet = isForPrograms(flags);
  if (plan.changes.length === 0 && !quiet) context.terminal.out("Nothing to change.\n");
  if (plan.changes.length > 0) {
    const watch = watching(context, quiet, (planned) => commandLines(changeDocument(planned, read.facts), context.terminal.columns()));
    const make = async (guard?: Guard): Promise<readonly Entry[]> =>
      makeChanges(ports, read, plan.changes, { watch, ...(guard === undefined ? {} : { lease: guard.lease }) });
    if (within === undefined) await tuning(context, make);
    else await underLease(within, make, { flags, context, confirm: async (entries) => confirmChanges(ports, read, entries) });
    hint(plan.changes, within, context);
  }
  if (quiet) await printTuningStatus(await statusNow(flags, context), flags, context);
  return EXIT.ok;
}

function withinOf({ confirmWithin }: ApplyFlags): Seconds | undefined {
  try {
    return confirmWithin === undefined ? undefined : parseDuration(confirmWithin);
  } catch (error) {
    if (error instanceof QuantityError) throw new UsageError(`--confirm-within: ${error.message}`);
    throw error;
  }
}

const watching = (context: CliContext, quiet: boolean, lines: (planned: PlannedChange) => readonly string[]): MakingWatch => ({
  begins: (planned) => {
    if (!quiet) printText(`${lines(planned).join("\n")}\n`, context);
  },
  made: (_, how) => {
    if (!quiet) context.terminal.out(how === "made" ? "  made\n" : "  is so by now: another change brought it about\n");
  },
  interrupted: context.interrupted,
});

/** What goes wrong with more than speed has a way back by itself. */
function hint(changes: readonly PlannedChange[], within: Seconds | undefined, context: CliContext): void {
  if (within === undefined && changes.some(({ change }) => change.risk !== "low"))
    sayTo(context)("these stay until `podwire tune undo`; with --confirm-within 60s they would take themselves back without an answer");
}

interface LeaseGround {
  readonly flags: ApplyFlags;
  readonly context: CliContext;
  readonly confirm: (entries: readonly Entry[]) => Promise<void>;
}

/** Changes, asks, and keeps them only when the answer comes in time; a guard of its own takes them back otherwise. */
async function underLease(within: Seconds, make: (guard: Guard) => Promise<readonly Entry[]>, ground: LeaseGround): Promise<void> {
  const { flags, context, confirm } = ground;
  const { machine, program } = context;
  const state = flags.state === undefined ? {} : { state: flags.state };
  await tuning(context, async () => {
    const guard = await startGuard({ ...machine, program, ...state }, within);
    const entries = await make(guard).catch(async (error: unknown) => {
      // Most of it is taken back by now; what is not is the guard's to try again.
      throw await afterTakingBack(error, guard);
    });
    guard.arm();
    if (await isKept(guard, within, context)) {
      await confirm(entries);
      context.terminal.err("podwire: kept\n");
      return;
    }
    const unkept = new RunError("no one has kept the changes");
    const ended = await afterTakingBack(unkept, guard);
    throw ended === unkept ? new RunError(`${unkept.message}: they are taken back`) : ended;
  });
}

async function isKept(guard: Guard, within: Seconds, context: CliContext): Promise<boolean> {
  sayTo(context)(`keep these changes? They are taken back in ${String(within)} s unless you answer yes:`);
  const over = new AbortController();
  void guard.ended.then(() => {
    over.abort();
  });
  const line = await context.nextInputLine(AbortSignal.any([over.signal, context.interrupted]));
  return line !== undefined && /^(?:y|yes|keep)$/i.test(line.trim()) && (await guard.keep());
}
