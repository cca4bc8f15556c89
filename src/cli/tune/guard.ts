import { GUARD_WORDS } from "../../tuning/lease.js";
import { readNode, reasonsOf, undoChanges } from "../../tuning/tuner.js";
import { parseDuration } from "../../units/parse.js";
import { milliseconds } from "../../units/quantity.js";
import { type CliContext, sayTo } from "../context.js";
import { EXIT } from "../errors.js";
import { type TuneFlags, tunerPorts, tuning } from "./request.js";

/** Flags of the guard, which podwire starts itself. */
export interface GuardFlags extends TuneFlags {
  readonly lease: string;
  readonly within: string;
}

/** Seconds: a guard waits for whoever else tunes the node, since what it guards must not stay. */
const PATIENCE_S = 600;

/** Takes a trial back when no one keeps it in time, or when whoever made it is gone. */
export async function tuneGuard(flags: GuardFlags, context: CliContext): Promise<number> {
  const { out } = context.terminal;
  out(`${GUARD_WORDS.ready}\n`);
  if (await isKept(flags, context)) {
    out(`${GUARD_WORDS.kept}\n`);
    return EXIT.ok;
  }
  const ports = tunerPorts(flags, context);
  const { undone } = await tuning(context, async () =>
    undoChanges(ports, await readNode(ports), { lease: flags.lease, force: false, why: "no one kept the trial", patience: PATIENCE_S }),
  );
  for (const reason of undone.flatMap(reasonsOf)) sayTo(context)(reason);
  out(`${GUARD_WORDS.undone}\n`);
  return undone.some(({ left }) => left.length > 0) ? EXIT.failed : EXIT.ok;
}

/** The time runs from the order to arm; the end of the input, or a signal, ends it at once. */
async function isKept({ within }: GuardFlags, context: CliContext): Promise<boolean> {
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, context.interrupted]);
  try {
    for (;;) {
      const line = await context.nextInputLine(signal);
      if (line === undefined) return false;
      if (line === GUARD_WORDS.keep) return true;
      if (line === GUARD_WORDS.arm) {
        void context.machine.clock.sleep(milliseconds(parseDuration(within) * 1000), signal).then(() => {
          over.abort();
        });
      }
    }
  } finally {
    // A timer that still runs would keep the process.
    over.abort();
  }
}
