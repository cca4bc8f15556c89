/**
 * Runs the programs that set-up is made of: quiet while they work, their output kept for when they fail.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { SetupError } from "./setup-error.mjs";

/** @type {readonly NodeJS.Signals[]} */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** @typedef {{ code: number, output: string }} Ended */

/**
 * Runs a program to its end. A signal to this process is passed on and its end awaited, so that nothing is left half done by a program
 * that no one waits for; then a SetupError tells the callers to undo what they did and leave.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string, signalTo?: "process" | "group" }} [options] signalTo: apt takes its signal alone, since it
 *   knows when dpkg must not be interrupted; others take it with all they have started
 * @returns {Promise<Ended>} the exit code (127 when it could not be started) and everything it printed
 */
export function runToEnd(program, args, options = {}) {
  return new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const chunks = [];
    /** @type {NodeJS.Signals | undefined} */
    let interruptedBy;
    // A session of its own: the terminal's Ctrl-C comes to us alone, and no package script can ask questions on the terminal.
    const child = spawn(program, [...args], {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    /** @param {NodeJS.Signals} signal */
    const passOn = (signal) => {
      interruptedBy = signal;
      if (child.pid === undefined) return;
      try {
        process.kill(options.signalTo === "process" ? child.pid : -child.pid, signal);
      } catch {
        // It has just ended by itself; "close" follows.
      }
    };
    for (const signal of SIGNALS) process.on(signal, passOn);
    /** @param {Ended} ended */
    const settle = (ended) => {
      for (const signal of SIGNALS) process.off(signal, passOn);
      if (interruptedBy === undefined) resolve(ended);
      else reject(new SetupError(`interrupted by ${interruptedBy}; start again to go on`, "", 128 + constants.signals[interruptedBy]));
    };
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (/** @type {Buffer} */ chunk) => chunks.push(chunk));
    child.on("error", (error) => {
      settle({ code: 127, output: error.message });
    });
    child.on("close", (code) => {
      settle({ code: code ?? 1, output: Buffer.concat(chunks).toString("utf8").trim() });
    });
  });
}
