/**
 * Runs a program on the caller's own terminal: a shell in a namespace of the lab.
 * @packageDocumentation
 */
import { spawn } from "node:child_process";

/** Gives the program's exit code, 128 + the signal's number being how shells count a signal. The caller's environment is handed on. */
export async function attachTerminal(argv: readonly [string, ...string[]]): Promise<number> {
  const [program, ...args] = argv;
  const child = spawn(program, args, { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      resolve(code ?? 128);
    });
  });
}
