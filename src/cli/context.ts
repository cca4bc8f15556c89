/**
 * What a command is given: the world, through ports.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesOptions } from "../machine/kubernetes/port.js";
import type { ByteStreams } from "../machine/ports.js";
import type { Say, UseCaseContext } from "../use-cases/context.js";
import type { CalledAs } from "./completion/called-as.js";
import type { LiveStream } from "./live/live-terminal.js";

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

/** How a program is attached to the caller's terminal. */
export interface AttachmentOptions {
  /** Whether a person types into it: then Ctrl-C is the program's, and does not interrupt podwire. */
  readonly interactive: boolean;
  /** Added to the caller's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** The world as commands see it: that of use cases, and the terminal. */
export interface CliContext extends UseCaseContext {
  readonly called: CalledAs;
  readonly byteStreams: ByteStreams;
  /** Runs a program on the caller's terminal until it ends or podwire is interrupted; gives its exit code. */
  readonly attach: (argv: readonly [string, ...string[]], options: AttachmentOptions) => Promise<number>;
  /** A cluster's API, loaded and opened when it is asked for. */
  readonly openKubernetes: (options: KubernetesOptions) => Promise<Kubernetes>;
  readonly terminal: Terminal;
}

/** Says a sentence on standard error, as podwire. */
export const sayTo =
  ({ terminal }: Pick<CliContext, "terminal">): Say =>
  (sentence) => {
    terminal.err(`podwire: ${sentence}\n`);
  };
