/**
 * podwire's composition root: real adapters in, exit code out. Nothing else touches the process. All but the version is loaded when it is
 * asked for, since loading takes longer than most answers.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { calledAs } from "./cli/completion/called-as.js";
import type { CliContext } from "./cli/context.js";
import { EXIT, UsageError } from "./cli/errors.js";
import { type Interruption, listenForInterruption } from "./machine/interruption.js";
import { type Kubernetes, KubernetesError, type KubernetesOptions } from "./machine/kubernetes/port.js";
import { InterruptedError, RunError } from "./use-cases/errors.js";

const called = calledAs(process.argv[1]);
const argv = process.argv.slice(2);
const interruption = listenForInterruption(EXIT.interrupted);
for (const stream of [process.stdout, process.stderr]) stream.on("error", outputBroke);
if (argv.length === 1 && (argv[0] === "--version" || argv[0] === "-V")) process.stdout.write(`${packageVersion()}\n`);
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
    { realFiles },
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
    import("./machine/files.js"),
    import("./machine/process-identity.js"),
    import("./machine/processes.js"),
    import("./machine/standing.js"),
    import("node:url"),
    import("node:os"),
  ]);
  return {
    version: packageVersion(),
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
      columns: () => process.stdout.columns || process.stderr.columns || 100,
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

/** NO_COLOR (https://no-color.org) and FORCE_COLOR overrule what the stream is. */
function colourWanted(stream: NodeJS.WriteStream): boolean {
  if ((process.env["NO_COLOR"] ?? "") !== "") return false;
  return (process.env["FORCE_COLOR"] ?? "") !== "" || stream.isTTY;
}
