/**
 * The real program for tests: a copy of `bin/podwire` with what it runs on, which every user of this machine can read.
 * @packageDocumentation
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { becoming, isRoot, type User } from "./built-lab.js";
import { allProcesses, family, type ProcessEntry } from "./bystander.js";

const REPOSITORY = new URL("../..", import.meta.url).pathname;

/** How the program ended and what it said. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How the program is started. */
export interface StartOptions {
  /** Default: whoever runs the tests. */
  readonly user?: User;
  /** Added to the environment of the tests, from which what asks for colours or forbids them is removed. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Words before all others, such as those of {@link faking}. */
  readonly through?: readonly string[];
  /** Where it runs; default is the copy's own folder for what it writes. */
  readonly cwd?: string;
  readonly stdin?: string;
}

/** A program that runs in a process group of its own. */
export interface Running {
  readonly pid: number;
  /** Standard output and standard error so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Writes to standard input, when it was left open. */
  readonly type: (text: string) => void;
  readonly endInput: () => void;
  readonly ended: Promise<Ended>;
  /** Waits for a process among this one's descendants, itself included, whose command line holds the words; gives its id. */
  readonly descendant: (words: string) => Promise<number>;
  /** Resolves when standard error holds the text; rejects when the program ends without it. */
  readonly said: (text: string) => Promise<void>;
}

/** A copy of the program. */
export interface Program {
  /** A folder that every user can write to: where the program runs. */
  readonly work: string;
  /** The command that is the program. */
  readonly bin: string;
  readonly run: (args: readonly string[], options?: StartOptions) => Promise<Ended>;
  /** Runs a shell's command, for what needs a pipe or a terminal; `$PODWIRE` is the program. */
  readonly shell: (command: string, environment?: StartOptions["environment"]) => Promise<Ended>;
  /** The same without waiting for its end; its standard input stays open. */
  readonly startShell: (command: string, environment?: StartOptions["environment"]) => Running;
  readonly start: (args: readonly string[], options?: StartOptions) => Running;
  /** Processes of this copy that are there: programs, and the first process of each lab, with which the kernel ends all others in it. */
  readonly processes: () => readonly string[];
  readonly remove: () => void;
}

/** Makes a copy of the built program with its runtime packages. */
export function copyProgram(): Program {
  if (!existsSync(join(REPOSITORY, "dist/main.js"))) throw new Error("dist is missing: run `npm run build` first");
  const folder = mkdtempSync(join(tmpdir(), "podwire-program-"));
  chmodSync(folder, 0o755);
  for (const part of ["bin", "dist", "package.json", ...runtimePackages()]) {
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  }
  const bin = join(folder, "bin/podwire");
  const work = mkdtempSync(join(folder, "work-"));
  chmodSync(work, 0o777);
  const start = (args: readonly string[], options: StartOptions = {}): Running => {
    const running = launch([process.execPath, bin, ...args], { cwd: work, ...options });
    running.type(options.stdin ?? "");
    running.endInput();
    return running;
  };
  const startShell: Program["startShell"] = (command, environment) =>
    launch(["bash", "-o", "pipefail", "-c", command], { cwd: work, environment: { PODWIRE: bin, ...environment } });
  return {
    work,
    bin,
    run: async (args, options) => start(args, options).ended,
    start,
    shell: async (command, environment) => {
      const shell = startShell(command, environment);
      shell.endInput();
      return shell.ended;
    },
    startShell,
    processes: () => processesOf(folder).map((entry) => `${String(entry.pid)} ${entry.command}`),
    remove: () => {
      for (const { pid } of processesOf(folder)) process.kill(pid, "SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const processesOf = (folder: string): readonly ProcessEntry[] => allProcesses().filter((entry) => entry.command.includes(folder));

/** Folders of the packages that are no development packages, from the lock file. */
function runtimePackages(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(REPOSITORY, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly optional?: boolean; readonly devOptional?: boolean }>>;
  };
  return (
    Object.entries(lock.packages)
      .filter(([path, { dev, devOptional }]) => path.startsWith("node_modules/") && dev !== true && devOptional !== true)
      .map(([path]) => path)
      // Those within another come along with it.
      .filter((path) => !path.includes("/node_modules/") && existsSync(join(REPOSITORY, path)))
  );
}

function launch(command: readonly string[], options: StartOptions & { readonly cwd: string }): Running {
  const [program = "", ...words] = [...(options.through ?? []), ...becoming(options.user ?? "root"), ...command];
  const child = spawn(program, words, {
    cwd: options.cwd,
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, HISTFILE: "/dev/null", ...options.environment },
    detached: true,
    stdio: "pipe",
  });
  return running(child);
}

/** How long a process may take to come up on a busy machine, and how often it is looked for, in milliseconds. */
const PATIENCE_MS = 60_000;
const POLL_MS = 5;

/** What a test does with a program under way. */
export function running(child: ChildProcessWithoutNullStreams): Running {
  // What has ended reads no more.
  child.stdin.on("error", () => undefined);
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (chunk: string) => {
      texts[name] += chunk;
    });
  }
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      resolve({ code, ...texts });
    });
  });
  return {
    pid: child.pid ?? 0,
    stdout: () => texts.stdout,
    stderr: () => texts.stderr,
    type: (text) => {
      child.stdin.write(text);
    },
    endInput: () => {
      child.stdin.end();
    },
    ended,
    descendant: async (words) => {
      const end = performance.now() + PATIENCE_MS;
      while (performance.now() < end) {
        const found = family(child.pid ?? 0).find((entry) => entry.command.includes(words));
        if (found !== undefined) return found.pid;
        await delay(POLL_MS);
      }
      throw new Error(`no process "${words}" has come up: ${texts.stderr}`);
    },
    said: async (text) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (texts.stderr.includes(text)) resolve();
        };
        look();
        child.stderr.on("data", look);
        void ended.then(() => {
          reject(new Error(`it ended without saying "${text}": ${texts.stderr}`));
        });
      }),
  };
}

/** What stands in for a tool. `missing` hides it; a text is the shell script that runs in its place. */
export type Fake = "missing" | { readonly script: string };

/**
 * Words that run a command where tools are replaced: in a mount namespace of its own, in which each tool's file is covered. No one
 * else sees it, and it is gone with the command.
 */
export function faking(fakes: Readonly<Record<string, Fake>>, folder: string): readonly string[] {
  const mounts = Object.entries(fakes).map(([tool, fake]) => `mount --bind '${coverOf(tool, fake, folder)}' '${locate(tool)}'`);
  const user = isRoot ? [] : ["--user", "--map-root-user"];
  return ["unshare", ...user, "--mount", "sh", "-c", `${mounts.join(" && ")} && exec "$@"`, "faking"];
}

function coverOf(tool: string, fake: Fake, folder: string): string {
  // What is no regular file is no program: it is not found.
  if (fake === "missing") return "/dev/null";
  const path = join(folder, `fake-${tool}`);
  writeFileSync(path, `#!/bin/sh\n${fake.script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Where a tool is installed. */
export function locate(tool: string): string {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  const path = folders.map((folder) => join(folder, tool)).find(existsSync);
  if (path === undefined) throw new Error(`${tool} is not installed: run \`npm run build\``);
  return path;
}
