/**
 * podwire's composition root: real adapters in, exit code out. Nothing else touches the process.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { CliContext } from "./cli/context.js";
import { EXIT, RunError, UsageError } from "./cli/errors.js";
import { runProgram } from "./cli/program.js";
import { attachTerminal } from "./machine/attach.js";
import { realClock } from "./machine/clock.js";
import { realCommands } from "./machine/commands.js";
import { realFiles } from "./machine/files.js";
import { realProcesses } from "./machine/processes.js";

const context: CliContext = {
  version: packageVersion(),
  machine: {
    commands: realCommands(process.env["PATH"]),
    processes: realProcesses(process.env["PATH"]),
    files: realFiles,
    clock: realClock,
    root: process.getuid?.() === 0,
    node: process.execPath,
    agent: fileURLToPath(new URL("./venues/lab/agent/main.js", import.meta.url)),
  },
  attach: attachTerminal,
  terminal: {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    live: process.stderr,
    colour: { out: colourWanted(process.stdout), err: colourWanted(process.stderr) },
    columns: () => process.stdout.columns || process.stderr.columns || 100,
  },
  interrupted: interruption(),
};

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    return await runProgram(process.argv.slice(2), context);
  } catch (error) {
    if (error instanceof UsageError) return complain(error.message, EXIT.usage);
    if (error instanceof RunError) return complain(error.message, EXIT.failed);
    return complain(`a defect in podwire: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, EXIT.failed);
  }
}

function complain(message: string, exitCode: number): number {
  process.stderr.write(`podwire: ${message}\n`);
  return exitCode;
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

/** The first SIGINT or SIGTERM asks for an orderly end; a second one ends at once. The lab dies with this process either way. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(EXIT.interrupted);
      controller.abort(signal);
    });
  }
  return controller.signal;
}
