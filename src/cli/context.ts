/**
 * What a command is given: the world, through ports.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesOptions } from "../machine/kubernetes/port.js";
import type { Archives, ByteStreams, ProcessIdentity } from "../machine/ports.js";
import type { LabMachine } from "../venues/lab/lab-agent.js";
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

/** The world as commands see it. */
export interface CliContext {
  readonly version: string;
  readonly called: CalledAs;
  /** Programs, files, clock, and what the lab's sandbox is started with. */
  readonly machine: LabMachine;
  readonly byteStreams: ByteStreams;
  readonly archives: Archives;
  /** Runs a program on the caller's terminal until it ends or podwire is interrupted; gives its exit code. */
  readonly attach: (argv: readonly [string, ...string[]], options: AttachmentOptions) => Promise<number>;
  /** A cluster's API, loaded and opened when it is asked for. */
  readonly openKubernetes: (options: KubernetesOptions) => Promise<Kubernetes>;
  readonly processIdentity: ProcessIdentity;
  readonly terminal: Terminal;
  /** Aborted by SIGINT, SIGTERM or SIGHUP. */
  readonly interrupted: AbortSignal;
  /** Has something done when the process exits, however it comes to that short of a kill. It must be synchronous. */
  readonly atExit: (action: () => void) => void;
  /** Where what was measured goes when the asked place turns out to be full or gone. */
  readonly temporaryFolder: string;
}
