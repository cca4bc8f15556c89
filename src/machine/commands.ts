/**
 * Runs programs of this machine by execa: argument arrays, no shell, a time limit on each.
 * @packageDocumentation
 */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { join } from "node:path";
import { milliseconds } from "../units/quantity.js";
import { minimalEnvironment, searchPath } from "./environment.js";
import type { Command, Commands, Outcome } from "./ports.js";

/** Errors of exec that mean the program did not start. */
const START_ERRORS: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "ENOEXEC", "ENOTDIR", "EAGAIN", "ENOMEM"]);

/**
 * The real {@link Commands}.
 * @param callerPath - the caller's PATH; the system folders are searched after it
 */
export function realCommands(callerPath: string | undefined): Commands {
  const folders = searchPath(callerPath);
  return {
    run: async (command) => runCommand(command, minimalEnvironment(folders)),
    locate: async (program) => locate(program, folders),
  };
}

async function runCommand(command: Command, environment: Record<string, string>): Promise<Outcome> {
  // Loaded with the first program that is run: most commands of podwire run none, and loading it takes longer than they do.
  const { execa } = await import("execa");
  const [program, ...args] = command.argv;
  const running = execa(program, args, {
    env: { ...environment, ...command.environment },
    extendEnv: false,
    reject: false,
    stripFinalNewline: false,
    // A process group of its own: its children may hold the output open and have to be killed with it.
    detached: true,
    ...(command.stdin === undefined ? { stdin: "ignore" as const } : { input: command.stdin }),
  });
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(running.pid);
  }, command.timeout);
  const result = await running;
  clearTimeout(timer);
  const notStarted = result.exitCode === undefined && result.signal === undefined && START_ERRORS.has(result.code ?? "");
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    timedOut,
    stdout: result.stdout,
    stderr: result.stderr,
    elapsed: milliseconds(result.durationMs),
    ...(notStarted ? { startError: `${program}: ${result.originalMessage ?? String(result.code)}` } : {}),
  };
}

function killGroup(leader: number | undefined): void {
  if (leader === undefined) return;
  try {
    process.kill(-leader, "SIGKILL");
  } catch {
    // The group has ended in the same moment.
  }
}

async function locate(program: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, program);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}
