/**
 * podwire as a user starts it, against a test cluster.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const PODWIRE = join(import.meta.dirname, "../../bin/podwire");

/** How it ended, and what it printed. */
export interface Ended {
  /** Null after a signal. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where it is started, and by which kubeconfig it reaches the cluster. */
export interface Start {
  readonly folder: string;
  readonly kubeconfig: string;
}

/** Starts `podwire cluster ...`. */
export const startPodwire = ({ folder, kubeconfig }: Start, ...args: readonly string[]): ChildProcess =>
  spawn(process.execPath, [PODWIRE, "cluster", ...args], { env: { ...process.env, KUBECONFIG: kubeconfig, NO_COLOR: "1" }, cwd: folder });

/** What it comes to; to be asked for at once, since what it prints before is not kept. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  let [stdout, stderr] = ["", ""];
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve) =>
    child.on("close", (code) => {
      resolve({ code, stdout, stderr });
    }),
  );
}

/** Runs `podwire cluster ...` to its end. */
export const podwire = async (start: Start, ...args: readonly string[]): Promise<Ended> => endOf(startPodwire(start, ...args));

/** Resolves when standard error matches the pattern. A pattern for a round names every later one too: not each round is printed. */
export async function said(child: ChildProcess, words: RegExp): Promise<void> {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stderr?.on("data", (chunk: string | Buffer) => {
      text += chunk.toString();
      if (words.test(text)) resolve();
    });
    child.on("close", () => {
      reject(new Error(`it ended without saying ${String(words)}: ${text}`));
    });
  });
}
