/**
 * What a command is given: the world, through ports.
 * @packageDocumentation
 */
import type { LabMachine } from "../venues/lab/agent-client.js";
import type { LiveStream } from "./live-terminal.js";

/** The terminal or pipe that a command talks to. */
export interface Terminal {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error: progress, warnings. */
  readonly err: (text: string) => void;
  /** Where the live view is drawn: standard error. */
  readonly live: LiveStream;
  /** Whether colours are wanted on standard output and standard error. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Width of the terminal in columns; 100 when there is none. */
  readonly columns: () => number;
}

/** The world as commands see it. */
export interface CliContext {
  readonly version: string;
  /** Programs, files, clock, and what the lab's sandbox is started with. */
  readonly machine: LabMachine;
  /** Runs a program on the caller's terminal until it ends; gives its exit code. */
  readonly attach: (argv: readonly [string, ...string[]]) => Promise<number>;
  readonly terminal: Terminal;
  /** Aborted by SIGINT or SIGTERM. */
  readonly interrupted: AbortSignal;
}
