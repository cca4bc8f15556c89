/**
 * A trial's guard: another process that takes the trial back when podwire dies in any way, or when no one has kept it in time. It is started before anything is
 * changed, in a session of its own, and spoken to by lines.
 * @packageDocumentation
 */
import { randomUUID } from "node:crypto";
import type { Clock, Processes } from "../machine/ports.js";
import { milliseconds, type Seconds } from "../units/quantity.js";
import { TuningError } from "./error.js";
import type { Lease } from "./made.js";

/** What the two say to each other. The end of the input is an order too: whoever held it is gone. */
export const GUARD_WORDS = { ready: "ready", arm: "arm", keep: "keep", kept: "kept", undone: "undone" } as const;

/** How a guard is started. */
export interface GuardPorts {
  readonly processes: Processes;
  readonly clock: Clock;
  /** The program that podwire is, with its first words. */
  readonly program: readonly [string, ...string[]];
  readonly state?: string;
}

/** A guard at work. */
export interface Guard {
  /** What the journal notes of it. */
  readonly lease: Lease;
  /** The time runs from now on. */
  readonly arm: () => void;
  /** Keeps the trial; gives whether that was in time. */
  readonly keep: () => Promise<boolean>;
  /** Lets the guard take the trial back now, or waits until it has; gives what it complained of, or how it ended where it took nothing back. */
  readonly takeBack: () => Promise<string>;
  /** Settles when the guard has ended. */
  readonly ended: Promise<unknown>;
}

/** Starts a guard. @throws TuningError where it does not start: nothing is to be changed then */
export async function startGuard({ processes, clock, program, state }: GuardPorts, within: Seconds): Promise<Guard> {
  const id = randomUUID();
  const said: string[] = [];
  const heard = new Map<string, () => void>();
  const word = async (text: string): Promise<string> =>
    new Promise((resolve) => {
      heard.set(text, () => {
        resolve(text);
      });
      if (said.includes(text)) resolve(text);
    });
  const words = ["tune", "__guard", "--lease", id, "--within", `${String(within)}s`, ...(state === undefined ? [] : ["--state", state])];
  const child = processes.start([...program, ...words], (line) => {
    said.push(line);
    heard.get(line)?.();
  });
  const first = await Promise.race([word(GUARD_WORDS.ready), child.ended]);
  if (typeof first !== "string")
    throw new TuningError(
      `the guard did not start (${(first.startError ?? first.stderr).replaceAll(/\s+/g, " ").trim()}): nothing is changed`,
    );
  const until = new Date(clock.now().getTime() + milliseconds(within * 1000)).toISOString();
  return {
    lease: { until, guard: id },
    arm: () => {
      child.send(GUARD_WORDS.arm);
    },
    keep: async () => {
      child.send(GUARD_WORDS.keep);
      const answer = await Promise.race([word(GUARD_WORDS.kept), child.ended]);
      return answer === GUARD_WORDS.kept;
    },
    takeBack: async () => {
      child.closeInput();
      const { stderr, exitCode, signal, startError } = await child.ended;
      const words = stderr.trim();
      if (words !== "" || exitCode === 0) return words;
      return `the guard ended (${startError ?? signal ?? `exit code ${String(exitCode)}`})`;
    },
    ended: child.ended,
  };
}
