/**
 * What a command is given: the world, through ports.
 * @packageDocumentation
 */
import type { Clock, Commands, Files, Processes } from "../machine/ports.js";

/** The terminal or pipe that a command talks to. */
export interface Terminal {
  /** Writes to standard output. */
  readonly out: (text: string) => void;
  /** Writes to standard error: progress, warnings. */
  readonly err: (text: string) => void;
  /** Whether standard error is a terminal that can be redrawn. */
  readonly live: boolean;
  /** Whether colours are wanted on standard output and standard error. */
  readonly colour: { readonly out: boolean; readonly err: boolean };
  /** Width of the terminal in columns; 100 when there is none. */
  readonly columns: () => number;
  readonly rows: () => number;
}

/** The world as commands see it. */
export interface CliContext {
  readonly version: string;
  readonly commands: Commands;
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly terminal: Terminal;
  /** Aborted by SIGINT or SIGTERM. */
  readonly interrupted: AbortSignal;
}
