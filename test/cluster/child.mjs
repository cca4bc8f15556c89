/**
 * Programs that run to their end.
 */
import { spawn } from "node:child_process";

/** @typedef {{ readonly cwd?: string, readonly env?: NodeJS.ProcessEnv, readonly input?: string }} RunOptions */

/**
 * Standard output of a program.
 * @param {readonly string[]} argv
 * @param {RunOptions} [options]
 * @returns {Promise<string>}
 * @throws with the program's own words when it cannot be started or ends with anything but 0
 */
export function run(argv, options = {}) {
  const [program = "", ...args] = argv;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    let words = "";
    child.stdout.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      output += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      words += chunk;
    });
    // A program that ends without reading its input is judged by its exit code.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
    child.on("error", (cause) => {
      reject(new Error(`${argv.join(" ")}: ${cause.message}`, { cause }));
    });
    child.on("close", (code, signal) => {
      if (code === 0) resolve(output);
      else reject(new Error(`${argv.join(" ")} ended with ${signal ?? String(code)}: ${(words || output).trim()}`));
    });
  });
}
