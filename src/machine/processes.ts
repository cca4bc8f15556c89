/**
 * Starts programs that stay and are spoken to by lines.
 * @packageDocumentation
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { minimalEnvironment, searchPath } from "./environment.js";
import { LineSplitter } from "./line-splitter.js";
import type { Ending, LineProcess, Processes } from "./ports.js";

/** Characters of standard error that are kept: enough for the message that explains an end. */
const KEPT_STDERR = 16_384;

/** The real {@link Processes}. */
export function realProcesses(callerPath: string | undefined): Processes {
  const env = minimalEnvironment(searchPath(callerPath));
  return {
    start: (argv, onLine) => {
      const [program, ...args] = argv;
      return lineProcess(spawn(program, args, { env, stdio: "pipe", detached: true }), onLine);
    },
  };
}

function lineProcess(child: ChildProcessWithoutNullStreams, onLine: (line: string) => void): LineProcess {
  const splitter = new LineSplitter(onLine);
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    splitter.push(chunk);
  });
  // A program that ends while it is written to gives EPIPE here; `ended` tells the story.
  child.stdin.on("error", () => child.stdin.destroy());
  return {
    pid: child.pid,
    send: (line) => {
      if (child.stdin.writable) child.stdin.write(`${line}\n`);
    },
    closeInput: () => {
      child.stdin.end();
    },
    kill: () => {
      child.kill("SIGKILL");
    },
    ended: ending(child),
  };
}

async function ending(child: ChildProcessWithoutNullStreams): Promise<Ending> {
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr = (stderr + chunk).slice(-KEPT_STDERR);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => {
      resolve({ exitCode: undefined, signal: undefined, stderr, startError: error.message });
    });
    // The program's own children may hold its output open forever; closing its input tells them that no one is there.
    child.once("exit", () => child.stdin.destroy());
    child.once("close", (code, signal) => {
      resolve({ exitCode: code ?? undefined, signal: signal ?? undefined, stderr });
    });
  });
}
