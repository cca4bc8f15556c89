/**
 * A second kernel in a process: Debian's user-mode-linux with this machine's files, for what this machine's kernel lacks.
 * @packageDocumentation
 */
import { execFile } from "node:child_process";
import { access, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const execute = promisify(execFile);
const LINUX = "/usr/bin/linux.uml";
const HERE = fileURLToPath(new URL(".", import.meta.url));
/** It boots in about a second; a mode takes less than one. */
const LIMIT_MS = 100_000;

/** How each script went, by its name. */
export interface SecondKernelRun {
  /** Of the second kernel. */
  readonly release: string;
  readonly results: Readonly<Record<string, "ok" | "failed">>;
  /** Everything on the console. */
  readonly console: string;
}

/** Why the second kernel cannot run here, with what to do about it; undefined when it can. */
export async function missingSecondKernel(): Promise<string | undefined> {
  if (process.arch !== "x64") return `user-mode-linux runs on x86-64, this is ${process.arch}`;
  if (!(await exists(LINUX))) return "user-mode-linux is not installed (apt-get install user-mode-linux)";
  if (!(await exists("/bin/busybox"))) return "busybox is not installed (apt-get install busybox-static)";
  return undefined;
}

/** What the second kernel is to be like. */
export interface SecondKernelOptions {
  /** Modules that it is not to have. */
  readonly without?: readonly string[];
  /** How long all of it may take; less than two minutes where nothing is said. */
  readonly limitMs?: number;
  /** Words for its own command line, such as a module's parameter, `ipv6.disable=1`. */
  readonly words?: readonly string[];
}

/** Runs scripts one after the other as root of the second kernel, each from clean namespaces. Neither root nor anything else of this machine is needed. */
export async function runUnderSecondKernel(
  scripts: Readonly<Record<string, string>>,
  options: SecondKernelOptions = {},
): Promise<SecondKernelRun> {
  const folder = await mkdtemp(join(tmpdir(), "podwire-second-kernel-"));
  try {
    for (const [name, text] of Object.entries(scripts)) await writeFile(join(folder, `${name}.sh`), text);
    const output = await boot(folder, await xstateLibrary(folder), options);
    return { ...readResults(output), console: output };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function boot(
  folder: string,
  preload: string | undefined,
  { without = [], words: ownWords = [], limitMs = LIMIT_MS }: SecondKernelOptions,
): Promise<string> {
  const kernel = [
    LINUX,
    "mem=384M",
    "rootfstype=hostfs",
    "ro",
    "quiet",
    `uml_dir=${folder}/`,
    "con=null",
    "con0=null,fd:1",
    "init=/bin/sh",
  ];
  const words = ["--pdeathsig", "KILL", "unshare", "--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const environment = { PATH: process.env["PATH"] ?? "", TMPDIR: folder, ...(preload === undefined ? {} : { LD_PRELOAD: preload }) };
  const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  const command = [
    ...words,
    "env",
    "-i",
    ...variables,
    ...kernel,
    `SECOND_KERNEL=${folder}`,
    `WITHOUT_MODULES=,${without.join(",")},`,
    ...ownWords,
    "--",
    join(HERE, "init.sh"),
  ];
  const running = execute("setpriv", command, { timeout: limitMs, killSignal: "SIGKILL", maxBuffer: 1e8 });
  // It may end with any code once the power is off: what it printed is what counts.
  const ended = await running.catch((error: unknown) => error as { readonly stdout: string; readonly stderr: string });
  return ended.stdout + ended.stderr;
}

function readResults(output: string): Omit<SecondKernelRun, "console"> {
  const lines = [...output.matchAll(/^RESULT (\S+) (\S+?)\r?$/gm)].map(([, name = "", word = ""]) => [name, word] as const);
  const release = lines.find(([name]) => name === "end")?.[1];
  if (release === undefined) throw new Error(`the second kernel did not get to its end:\n${output.slice(-4000)}`);
  const results = lines.filter(([name]) => name !== "end").map(([name, word]) => [name, word === "ok" ? "ok" : "failed"] as const);
  return { release, results: Object.fromEntries(results) };
}

/** Built where there is a compiler; a CPU without AMX does without it. */
async function xstateLibrary(folder: string): Promise<string | undefined> {
  const library = join(folder, "xstate.so");
  const built = await execute("cc", ["-O2", "-shared", "-fPIC", "-o", library, join(HERE, "xstate.c")]).then(
    () => true,
    () => false,
  );
  return built ? library : undefined;
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
