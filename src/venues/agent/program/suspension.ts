/**
 * Suspends programs and resumes them. A signal is only a request: a program counts as suspended once the kernel shows every
 * thread of it, and of its children in the same process group, as stopped.
 * @packageDocumentation
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as timer } from "node:timers/promises";
import { signalGroup } from "./child.js";
import { sleepBlocking } from "./pause.js";
import { parseThread } from "./proc-text.js";

/** A thread that is in the kernel stops when it leaves it; that takes microseconds, except in trouble. */
const PATIENCE_MS = 2_000;
const QUICK_LOOKS = 20;
const QUICK_LOOK_MS = 0.1;

/** States of a thread that does not run: stopped, traced, dead, zombie (proc(5)). */
const AT_REST: ReadonlySet<string> = new Set(["T", "t", "X", "Z", ""]);

/** Lists of children need CONFIG_PROC_CHILDREN; without it all processes are looked at. */
const childrenListed = existsSync(`/proc/${String(process.pid)}/task/${String(process.pid)}/children`);

/** Sends the signal that suspends a process group. */
export function requestStop(group: number): void {
  signalGroup(group, "SIGSTOP");
}

/** Resumes a process group. */
export function resume(group: number): void {
  signalGroup(group, "SIGCONT");
}

/** Resolves once every thread of the group is at rest. */
export async function atRest(group: number): Promise<void> {
  for (let look = 0; look < QUICK_LOOKS; look++) {
    if (isAtRest(group)) return;
    sleepBlocking(QUICK_LOOK_MS);
  }
  for (let waited = 0; waited < PATIENCE_MS; waited++) {
    if (isAtRest(group)) return;
    await timer(1);
  }
  throw new Error(`process ${String(group)} was not suspended within ${String(PATIENCE_MS)} ms`);
}

/** States of a thread that is no more (proc(5)); a file that is gone has none. */
const OVER: ReadonlySet<string> = new Set(["X", "Z", ""]);

/** Whether a process has ended, also before Node has been notified of it: every thread of it is a zombie then. */
export const hasEnded = (pid: number): boolean => threads(pid).every(({ state }) => OVER.has(state));

const isAtRest = (group: number): boolean => members(group).every((pid) => threads(pid).every((thread) => AT_REST.has(thread.state)));

/** The processes of a group: its leader and those of the leader's descendants that stayed in the group. */
function members(group: number): readonly number[] {
  const candidates = childrenListed ? [group, ...descendants(group)] : allProcesses();
  return candidates.filter((pid) => pid === group || threads(pid)[0]?.group === group);
}

function descendants(pid: number): readonly number[] {
  return threadIds(pid)
    .flatMap((thread) => readOrNothing(`/proc/${String(pid)}/task/${thread}/children`).split(" "))
    .filter((child) => child !== "")
    .flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

const allProcesses = (): readonly number[] => readdirSync("/proc").map(Number).filter(Number.isInteger);

const threads = (pid: number): readonly { readonly state: string; readonly group: number }[] =>
  threadIds(pid).map((thread) => parseThread(readOrNothing(`/proc/${String(pid)}/task/${thread}/stat`)));

function threadIds(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${String(pid)}/task`);
  } catch {
    return []; // It has ended between two looks, which is rest enough.
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return ""; // The same: a thread that has ended has no file.
  }
}
