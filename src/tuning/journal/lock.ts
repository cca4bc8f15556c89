/**
 * One tuner a node: the lock is the kernel's (flock(2)), so that it is gone with its holder, however that ends.
 * @packageDocumentation
 */
import type { Ending, Files, Processes } from "../../machine/ports.js";
import { TuningError } from "../error.js";

/** Through what the lock is taken. */
export interface LockPorts {
  readonly processes: Processes;
  readonly files: Files;
}

/** Exit code of flock(1) when someone else holds the lock. */
const HELD = 75;
/** Seconds: a tuner that was killed leaves its lock within moments, when the program that held it for it ends. */
const PATIENCE_S = 2;

/** Who holds it, for whoever comes second. */
export interface Holder {
  readonly pid: number;
  /** When it began, as ISO 8601. */
  readonly since: string;
}

/** The lock of programs that carry out a tuner's orders, beside its own. */
const ordersLock = (path: string): string => `${path}.orders`;

/**
 * The command of a program that carries out a tuner's orders, or passes them on: until it has ended, and everything that it was started through, no one else tunes the node. A
 * tuner that is killed leaves orders on their way, which may be carried out at any time later.
 */
export const underOrdersLock = (path: string, argv: readonly [string, ...string[]]): readonly [string, ...string[]] => [
  // No one holds it while the tuner's own lock is held: whoever did would be waited for in vain.
  ...(["flock", "--nonblock", "--conflict-exit-code", String(HELD)] as const),
  ordersLock(path),
  ...argv,
];

/**
 * Does something as the node's only tuner, for which it waits two seconds or `patience`: also for what a tuner that was killed has ordered. The lock is held by flock(1), which
 * keeps it for as long as its input stays open: until podwire closes it or dies.
 * @throws TuningError where another tuner is at work, with its pid and start
 */
export async function asOnlyTuner<T>(
  path: string,
  ports: LockPorts,
  holder: Holder,
  patience: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const release = await take(path, ports, patience ?? PATIENCE_S);
  try {
    const before = await holderText(path, ports.files);
    await noteHolder(path, ports, holder);
    try {
      await waitForOrders(path, ports, holderIn(before), patience ?? PATIENCE_S);
    } catch (error) {
      // Whoever only waited has ordered nothing.
      if (before !== "") await ports.files.writeText(`${path}.holder`, before);
      throw error;
    }
    return await work();
  } finally {
    await release();
  }
}

async function take(path: string, { processes, files }: LockPorts, patience: number): Promise<() => Promise<void>> {
  let held: () => void = () => undefined;
  const taken = new Promise<"taken">((resolve) => {
    held = () => {
      resolve("taken");
    };
  });
  const child = processes.start(flock(path, patience, "cat"), held);
  // cat gives the line back once the lock is there.
  child.send("held");
  const first = await Promise.race([taken, child.ended]);
  if (first !== "taken") {
    if (first.exitCode === HELD) throw new TuningError(await whoHolds(path, files));
    throw notTaken(path, first);
  }
  return async () => {
    child.closeInput();
    await child.ended;
  };
}

const flock = (path: string, patience: number, program: string): readonly [string, ...string[]] => [
  ...(["flock", "--timeout", String(patience), "--conflict-exit-code", String(HELD)] as const),
  path,
  program,
];

function notTaken(path: string, { startError, stderr }: Ending): TuningError {
  if (startError !== undefined)
    return new TuningError(
      `flock cannot be started (${startError}): it keeps two tuners apart, and nothing is changed without it (Debian: util-linux)`,
    );
  const why = stderr.trim();
  return new TuningError(`the lock ${path} cannot be taken: ${why === "" ? "flock ended" : why}. Name a folder with --state.`);
}

/** Whoever has the tuner's lock alone starts programs under this one: once it is free it stays free. */
async function waitForOrders(path: string, { processes }: LockPorts, before: string, patience: number): Promise<void> {
  const ending = await processes.start(flock(ordersLock(path), patience, "true"), () => undefined).ended;
  if (ending.exitCode === 0) return;
  if (ending.exitCode !== HELD) throw notTaken(ordersLock(path), ending);
  throw new TuningError(`${before} has ended, and what it had ordered is still being carried out: try again`);
}

async function noteHolder(path: string, { files }: LockPorts, holder: Holder): Promise<void> {
  try {
    await files.writeText(`${path}.holder`, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    throw new TuningError(
      `the lock ${path} cannot be taken: ${error instanceof Error ? error.message : String(error)}. Name a folder with --state.`,
    );
  }
}

const whoHolds = async (path: string, files: Files): Promise<string> =>
  `${holderIn(await holderText(path, files))} tunes this node: wait until it has ended, or end it`;

/** What the last holder has noted of itself; empty where there was none. */
const holderText = async (path: string, files: Files): Promise<string> => files.readText(`${path}.holder`).catch(() => "");

function holderIn(text: string): string {
  const found = /"pid":(\d+),"since":"([^"]+)"/.exec(text);
  return found === null ? "another podwire" : `podwire with pid ${found[1] ?? ""}, begun at ${found[2] ?? ""},`;
}
