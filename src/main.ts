/**
 * podwire's composition root: real adapters in, exit code out. Nothing else touches the process. All but the version is loaded when it is
 * asked for, since loading takes longer than most answers.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { calledAs } from "./cli/completion/called-as.js";
import type { CliContext, Desktop } from "./cli/context.js";
import { EXIT, UsageError } from "./cli/errors.js";
import { versionText } from "./cli/version.js";
import { type Interruption, listenForInterruption } from "./machine/interruption.js";
import { type Kubernetes, KubernetesError, type KubernetesOptions } from "./machine/kubernetes/port.js";
import { InterruptedError, RunError } from "./use-cases/errors.js";

const called = calledAs(process.argv[1]);
const argv = process.argv.slice(2);
const interruption = listenForInterruption(EXIT.interrupted);
for (const stream of [process.stdout, process.stderr]) stream.on("error", outputBroke);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V"))
  process.stdout.write(`${versionText(packageVersion(), builtCommit())}\n`);
else process.exitCode = Math.max(await main(), Number(process.exitCode ?? 0));

async function main(): Promise<number> {
  try {
    const [{ runProgram }, context] = await Promise.all([import("./cli/program.js"), realContext(interruption)]);
    return await runProgram(argv, context);
  } catch (error) {
    if (error instanceof UsageError) return complain(error.message, EXIT.usage);
    if (error instanceof RunError || error instanceof KubernetesError) return complain(error.message, EXIT.failed);
    if (error instanceof InterruptedError) return complain(error.message, EXIT.interrupted);
    return complain(`a defect in podwire: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, EXIT.failed);
  }
}

async function realContext({ signal, leavingCtrlC }: Interruption): Promise<CliContext> {
  const [
    { realArchives },
    { attachTerminal },
    { realByteStreams },
    { realClock },
    { realCommands },
    { realDurableLog },
    { realFiles },
    { realFileTrees },
    { nextInputLine },
    { processIdentity },
    { realProcesses },
    { standing },
    { fileURLToPath },
    { tmpdir },
  ] = await Promise.all([
    import("./machine/archives.js"),
    import("./machine/attach.js"),
    import("./machine/byte-streams.js"),
    import("./machine/clock.js"),
    import("./machine/commands.js"),
    import("./machine/durable-log.js"),
    import("./machine/files.js"),
    import("./machine/file-trees.js"),
    import("./machine/input-line.js"),
    import("./machine/process-identity.js"),
    import("./machine/processes.js"),
    import("./machine/standing.js"),
    import("node:url"),
    import("node:os"),
  ]);
  const commit = builtCommit();
  return {
    version: packageVersion(),
    ...(commit === undefined ? {} : { commit }),
    called,
    machine: {
      commands: realCommands(process.env["PATH"]),
      processes: realProcesses(process.env["PATH"]),
      files: realFiles,
      clock: realClock,
      ...standing(),
      node: process.execPath,
      agent: fileURLToPath(new URL("./venues/agent/program/sandbox.js", import.meta.url)),
    },
    byteStreams: realByteStreams,
    fileTrees: realFileTrees,
    durableLog: realDurableLog,
    nextInputLine,
    pid: process.pid,
    program: [process.execPath, fileURLToPath(import.meta.url)],
    archives: realArchives,
    attach: async (words, { interactive, environment }) => {
      const attached = async (): Promise<number> =>
        attachTerminal(words, { signal, ...(environment === undefined ? {} : { environment }) });
      return interactive ? leavingCtrlC(attached) : attached();
    },
    openKubernetes,
    processIdentity: processIdentity(process.pid),
    terminal: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      live: process.stderr,
      colour: { out: colourWanted(process.stdout), err: colourWanted(process.stderr) },
      utf8: speaksUtf8(process.env),
      desktop: desktopOf(process.env),
      columns: () => process.stdout.columns || columnsAsked(process.env) || process.stderr.columns || 100,
    },
    interrupted: signal,
    atExit: (action) => void process.once("exit", action),
    temporaryFolder: tmpdir(),
  };
}

/** The client package alone takes half a second to load. */
async function openKubernetes(options: KubernetesOptions): Promise<Kubernetes> {
  const [kubernetes, { realClock }] = await Promise.all([import("./machine/kubernetes/open.js"), import("./machine/clock.js")]);
  return kubernetes.openKubernetes(options, { clock: realClock, environment: process.env });
}

function desktopOf(environment: NodeJS.ProcessEnv): Desktop {
  const anyOf = (...names: readonly string[]): boolean => names.some((name) => (environment[name] ?? "") !== "");
  const mac = process.platform === "darwin";
  return {
    root: process.getuid?.() === 0,
    remote: anyOf("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"),
    terminal: process.stdout.isTTY,
    display: mac || anyOf("DISPLAY", "WAYLAND_DISPLAY"),
    opener: mac ? "open" : "xdg-open",
  };
}

/** Where the output is no terminal, CI users say how wide it may be (POSIX, environment variables); undefined where it says nothing. */
function columnsAsked({ COLUMNS = "" }: NodeJS.ProcessEnv): number | undefined {
  return /^[1-9]\d{0,3}$/.test(COLUMNS) ? Number(COLUMNS) : undefined;
}

/** The first of these that is set says what the locale is (POSIX, environment variables). */
function speaksUtf8(environment: NodeJS.ProcessEnv): boolean {
  const locale = [environment["LC_ALL"], environment["LC_CTYPE"], environment["LANG"]].find((value) => (value ?? "") !== "");
  return /utf-?8/i.test(locale ?? "");
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`podwire: ${message}\n`);
  return exitCode;
}

/** A reader that has seen enough (`podwire report RUN | head`) is no error; a full disk is one. A broken standard error has no one to tell. */
function outputBroke(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || error.code === "EIO" || this === process.stderr) return;
  process.exitCode = complain(`standard output cannot be written: ${error.message}`, EXIT.failed);
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as { version: string };
  return version;
}

/** What the build wrote down; absent where it was made outside of a clone. Git is not asked: who runs podwire need not have it. */
function builtCommit(): string | undefined {
  try {
    return /^[0-9a-f]{40}\b/.exec(readFileSync(new URL("./commit", import.meta.url), "utf8"))?.[0];
  } catch {
    return undefined;
  }
}

/** NO_COLOR (https://no-color.org) and FORCE_COLOR overrule what the stream is. */
function colourWanted(stream: NodeJS.WriteStream): boolean {
  if ((process.env["NO_COLOR"] ?? "") !== "") return false;
  return (process.env["FORCE_COLOR"] ?? "") !== "" || stream.isTTY;
}
