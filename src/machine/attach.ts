/**
 * Runs a program on the caller's own terminal: a shell in a namespace of the lab.
 * @packageDocumentation
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { searchPath } from "./environment.js";

/** How a program is run on the caller's terminal. */
export interface AttachOptions {
  /** Ends the program (SIGTERM). */
  readonly signal: AbortSignal;
  /** Added to the caller's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Gives the program's exit code, or 128 + the signal's number where a signal ended it, as shells count it. The caller's environment is
 * handed on, with the system folders behind its PATH: an ordinary user wants to look around with the same programs as root.
 */
export async function attachTerminal(argv: readonly [string, ...string[]], { signal, environment }: AttachOptions): Promise<number> {
  const [program, ...args] = argv;
  const env = { ...process.env, PATH: searchPath(process.env["PATH"]).join(":"), ...environment };
  const child = spawn(program, args, { stdio: "inherit", env });
  const end = (): void => void child.kill("SIGTERM");
  signal.addEventListener("abort", end, { once: true });
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, name) => {
        resolve(code ?? 128 + (name === null ? 0 : constants.signals[name]));
      });
      if (signal.aborted) end();
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
}
