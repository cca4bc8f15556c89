/**
 * Starts one program and sees it to its end: own session, bounded output, certain end.
 * @packageDocumentation
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { RunOutcome } from "../protocol.js";
import { Capture } from "./capture.js";
import type { LaunchSettings } from "./launch-settings.js";
import { environmentIn, locate, notFound } from "./programs.js";

/** What is to be started. */
export interface Launch {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | undefined;
  /** Milliseconds after which the program and its children are killed. */
  readonly timeout: number;
  /** Name under /run/netns; absent means the agent's own namespace. */
  readonly namespace?: string | undefined;
}

/** A started program. */
export interface RunningChild {
  /** Its process id, which is also its process group; undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly ended: Promise<RunOutcome>;
  /** Kills the program and its children. */
  readonly kill: () => void;
  /** Whether one of its outputs holds a text by now. */
  readonly hasPrinted: (text: string) => boolean;
}

/** The longest time that a timer of Node can take (2^31 - 1 ms); a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Process groups that have not ended. */
const running = new Set<number>();

/** Kills everything that was started and has not ended. */
export function killAll(): void {
  for (const group of running) signalGroup(group, "SIGKILL");
}

/** Time for output that is still on its way when the program has ended, in case something else holds its pipes open. */
const DRAIN_MS = 250;

/**
 * Starts a program.
 * @param onExit - called at the very moment at which the end is noticed, before output is read to its end
 */
export function launch(settings: LaunchSettings, what: Launch, onExit: () => void = () => undefined): RunningChild {
  const argv = resolve(settings, what);
  if (typeof argv === "string") {
    onExit();
    return { pid: undefined, ended: Promise.resolve(neverStarted(argv)), kill: () => undefined, hasPrinted: () => false };
  }
  const [program, ...args] = argv;
  // A session of its own: the group can be signalled as a whole, and no terminal reaches it.
  const child = spawn(program, args, {
    cwd: settings.workFolder,
    env: environmentIn(settings.scratch),
    detached: true,
    stdio: "pipe",
  });
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(what.stdin);
  const kill = (): void => {
    signalGroup(child.pid, "SIGKILL");
  };
  const { pid } = child;
  if (pid !== undefined) running.add(pid);
  const exited = (): void => {
    if (pid !== undefined) running.delete(pid);
    onExit();
  };
  const [stdout, stderr] = [new Capture(child.stdout, settings.kept), new Capture(child.stderr, settings.kept)];
  const hasPrinted = (text: string): boolean => [stdout, stderr].some((output) => output.text().includes(text));
  return { pid, ended: ending(child, what, { stdout, stderr, kill, exited }), kill, hasPrinted };
}

/** Signals every process of a group; one that is gone already needs no signal. */
export function signalGroup(group: number | undefined, signal: NodeJS.Signals): void {
  if (group !== undefined) signalQuietly(-group, signal);
}

/** Signals one process; one that is gone already needs no signal. */
export function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** The full argument vector with absolute paths, or why the program cannot be started. */
function resolve(settings: LaunchSettings, what: Launch): readonly [string, ...string[]] | string {
  const [name, ...args] = what.argv;
  const program = locate(name);
  if (program === undefined) return notFound(name);
  const entering = what.namespace === undefined ? [] : ["nsenter", `--net=/run/netns/${what.namespace}`, "--"];
  const [first, ...words] = [...settings.starter, ...entering];
  if (first === undefined) return [program, ...args];
  const starter = locate(first);
  return starter === undefined ? notFound(first) : [starter, ...words, program, ...args];
}

const neverStarted = (startError: string): RunOutcome => ({
  exitCode: undefined,
  signal: undefined,
  timedOut: false,
  stdout: "",
  stderr: "",
  startError,
});

/** What is called while a program is seen to its end. */
interface ChildHandlers {
  readonly stdout: Capture;
  readonly stderr: Capture;
  readonly kill: () => void;
  readonly exited: () => void;
}

async function ending(child: ChildProcessWithoutNullStreams, what: Launch, seen: ChildHandlers): Promise<RunOutcome> {
  const { stdout, stderr, kill, exited } = seen;
  let timedOut = false;
  const timer = setTimeout(
    () => {
      timedOut = true;
      kill();
    },
    Math.min(what.timeout, LONGEST_TIMEOUT_MS),
  );
  // Both listened for from the start: the second event may follow the first at once.
  const closed = new Promise<void>((settle) => child.once("close", settle));
  const end = await exit(child);
  exited();
  clearTimeout(timer);
  if ("startError" in end) return neverStarted(end.startError);
  kill();
  await drained(child, closed);
  return {
    exitCode: end.code ?? undefined,
    signal: end.signal ?? undefined,
    timedOut,
    stdout: stdout.text(),
    stderr: stderr.text() + droppedNote("output", stdout) + droppedNote("errors", stderr),
  };
}

type Exit = { readonly code: number | null; readonly signal: string | null } | { readonly startError: string };

async function exit(child: ChildProcessWithoutNullStreams): Promise<Exit> {
  return new Promise((settle) => {
    child.once("error", (error) => {
      settle({ startError: error.message });
    });
    child.once("exit", (code, signal) => {
      settle({ code, signal });
    });
  });
}

async function drained(child: ChildProcessWithoutNullStreams, closed: Promise<void>): Promise<void> {
  const timer = setTimeout(() => {
    child.stdout.destroy();
    child.stderr.destroy();
  }, DRAIN_MS);
  await closed;
  clearTimeout(timer);
}

const droppedNote = (what: string, capture: Capture): string =>
  capture.dropped === 0 ? "" : `\npodwire: ${String(capture.dropped)} bytes of ${what} beyond the bound were dropped\n`;
