/**
 * What an interruption does to the lab's sandbox: podwire has two seconds to end, whatever hangs inside.
 * @packageDocumentation
 */
import type { Processes } from "../../machine/ports.js";
import { type Milliseconds, milliseconds } from "../../units/quantity.js";
import type { LabMachine } from "../../venues/lab/lab-agent.js";
import { LabError } from "../../venues/lab/lab-error.js";
import type { UseCaseContext } from "../context.js";
import { InterruptedError, oneLine, RunError } from "../errors.js";

/** How long what was seen may take to come in after an interruption. With the end of the sandbox and the report it stays below 2 s. */
export const COLLECTING = milliseconds(900);

/** Ends sandboxes that are started through its machine once podwire is interrupted. */
export class SandboxLifetime {
  /** The caller's machine, whose sandboxes have this lifetime. */
  readonly machine: LabMachine;
  /** How long the sandbox stays after an interruption. Until there is something to collect: not at all. */
  patience: Milliseconds = milliseconds(0);
  readonly #end = new AbortController();
  readonly #context: UseCaseContext;

  constructor(context: UseCaseContext) {
    this.#context = context;
    this.machine = { ...context.machine, processes: endedBy(this.#end.signal, context.machine.processes) };
    context.interrupted.addEventListener("abort", this.#interrupted, { once: true });
    if (context.interrupted.aborted) this.#end.abort();
  }

  readonly #interrupted = (): void => {
    void this.#context.machine.clock.sleep(this.patience, this.#end.signal).then(() => {
      this.#end.abort();
    });
  };

  /** From now on an interruption does nothing to the sandbox: whoever has it closes it. */
  release(): void {
    this.#context.interrupted.removeEventListener("abort", this.#interrupted);
  }

  /** The sandbox has ended; what waited for its end need not wait any more. */
  over(): void {
    this.release();
    this.#end.abort();
  }
}

/**
 * Opens something in a sandbox that an interruption ends at once; once it is open, it is the caller's to close.
 * @throws RunError with what the lab says about itself, InterruptedError when the sandbox was not to be
 */
export async function opening<T>(context: UseCaseContext, open: (machine: LabMachine) => Promise<T>): Promise<T> {
  const lifetime = new SandboxLifetime(context);
  try {
    return await open(lifetime.machine);
  } catch (error) {
    throw asRunError(error, context);
  } finally {
    lifetime.release();
  }
}

/** What the lab says about itself, with its hint, as an error of this command. */
export function asRunError(error: unknown, { interrupted }: UseCaseContext): unknown {
  if (interrupted.aborted) return new InterruptedError("interrupted before anything was measured: there is nothing to report");
  if (!(error instanceof LabError)) return error;
  return new RunError(error.hint === undefined ? oneLine(error.message) : `${oneLine(error.message)}. ${error.hint}`);
}

/** Processes that are killed when the signal aborts. To kill one that has ended is harmless. */
function endedBy(signal: AbortSignal, processes: Processes): Processes {
  return {
    start: (argv, onLine) => {
      const process = processes.start(argv, onLine);
      const kill = (): void => {
        process.kill();
      };
      if (signal.aborted) kill();
      else signal.addEventListener("abort", kill, { once: true });
      return process;
    },
  };
}
