/**
 * Signals that ask this process to end.
 * @packageDocumentation
 */

/** Ctrl-C, a polite kill, and a terminal that was closed. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What the signals came to. */
export interface Interruption {
  /** Aborted by the first signal: an orderly end is asked for. */
  readonly signal: AbortSignal;
  /** Leaves Ctrl-C to a program on the same terminal while the work lasts: a shell takes it for its own line, not for its end. */
  readonly leavingCtrlC: <T>(work: () => Promise<T>) => Promise<T>;
}

/** Listens from now on. A second signal ends the process at once with the exit code. */
export function listenForInterruption(exitCode: number): Interruption {
  const controller = new AbortController();
  let left = false;
  for (const name of SIGNALS) {
    process.on(name, () => {
      if (left && name === "SIGINT") return;
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort(name);
    });
  }
  return {
    signal: controller.signal,
    leavingCtrlC: async (work) => {
      left = true;
      try {
        return await work();
      } finally {
        left = false;
      }
    },
  };
}
