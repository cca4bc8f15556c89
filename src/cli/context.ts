/**
 * What a command is given: the world, through ports.
 * @packageDocumentation
 */
import type { Kubernetes, KubernetesOptions } from "../machine/kubernetes/port.js";
import type { ByteStreams, DurableLog, FileTrees } from "../machine/ports.js";
import type { Listener, Say, UseCaseContext } from "../use-cases/context.js";
import type { CalledAs } from "./completion/called-as.js";
import { LINE_EVERY } from "./line-every.js";
import type { LiveStream } from "./live/live-terminal.js";

/** What decides whether a page can be shown to whoever called. */
export interface Desktop {
  /** Whether the user is root. */
  readonly root: boolean;
  /** Whether the caller came over SSH. */
  readonly remote: boolean;
  /** Whether standard output is a terminal. */
  readonly terminal: boolean;
  /** Whether there is a display. */
  readonly display: boolean;
  /** The program that opens a file. */
  readonly opener: string;
}

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
  /** Whether the locale's characters are UTF-8. */
  readonly utf8: boolean;
  readonly desktop: Desktop;
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
  readonly fileTrees: FileTrees;
  readonly durableLog: DurableLog;
  /** The next line of standard input; undefined where it ends, or the signal is aborted, before there is one. */
  readonly nextInputLine: (signal: AbortSignal) => Promise<string | undefined>;
  /** This process. */
  readonly pid: number;
  /** The program that podwire is, for a second process of it. */
  readonly program: readonly [string, ...string[]];
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

/**
 * Says how far a command is. On a terminal that is every sentence; elsewhere one in ten seconds at most, and what comes sooner is dropped: so it must be
 * nothing that the end does not say as well.
 */
export function progressTo({ terminal, machine }: Pick<CliContext, "terminal" | "machine">): Say {
  const say = sayTo({ terminal });
  if (terminal.live.isTTY === true) return say;
  let said = Number.NEGATIVE_INFINITY;
  return (sentence) => {
    const now = machine.clock.monotonic();
    if (now - said < LINE_EVERY * 1000) return;
    said = now;
    say(sentence);
  };
}

/** Standard error listens: to everything that has to be known, and to progress as {@link progressTo} says it. */
export const listenerOf = (context: Pick<CliContext, "terminal" | "machine">): Listener => ({
  say: sayTo(context),
  progress: progressTo(context),
});
