/**
 * One tuner a node: the lock is the kernel's (flock(2)), so that it is gone with its holder, however that ends.
 * @packageDocumentation
 */
import type { Files, Processes } from "../../machine/ports.js";
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

/**
 * Does something as the node's only tuner, for which it waits two seconds or `patience`. The lock is held by flock(1), which keeps it for as long as its input stays open: until podwire closes it or dies.
 * @throws TuningError where another tuner is at work, with its pid and start
 */
export async function asOnlyTuner<T>(
  path: string,
  ports: LockPorts,
  holder: Holder,
  patience: number | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const release = await take(path, ports, holder, patience ?? PATIENCE_S);
  try {
    return await work();
  } finally {
    await release();
  }
}

async function take(path: string, { processes, files }: LockPorts, holder: Holder, patience: number): Promise<() => Promise<void>> {
  let held: () => void = () => undefined;
  const taken = new Promise<"taken">((resolve) => {
    held = () => {
      resolve("taken");
    };
  });
  const words = ["flock", "--timeout", String(patience), "--conflict-exit-code", String(HELD), path, "cat"] as const;
  const child = processes.start(words, held);
  // cat gives the line back once the lock is there.
  child.send("held");
  const first = await Promise.race([taken, child.ended]);
  if (first !== "taken") {
    if (first.exitCode === HELD) throw new TuningError(await whoHolds(path, files));
    const why = first.startError ?? first.stderr.trim();
    throw new TuningError(`the lock ${path} cannot be taken: ${why === "" ? "flock ended" : why}. Name a folder with --state.`);
  }
  const release = async (): Promise<void> => {
    child.closeInput();
    await child.ended;
  };
  try {
    await files.writeText(`${path}.holder`, `${JSON.stringify(holder)}\n`);
  } catch (error) {
    await release();
    throw new TuningError(
      `the lock ${path} cannot be taken: ${error instanceof Error ? error.message : String(error)}. Name a folder with --state.`,
    );
  }
  return release;
}

async function whoHolds(path: string, files: Files): Promise<string> {
  const text = await files.readText(`${path}.holder`).catch(() => "");
  const found = /"pid":(\d+),"since":"([^"]+)"/.exec(text);
  const who = found === null ? "another podwire" : `podwire with pid ${found[1] ?? ""}, begun at ${found[2] ?? ""},`;
  return `${who} tunes this node: wait until it has ended, or end it`;
}
