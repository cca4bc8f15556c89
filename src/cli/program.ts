/**
 * The command line: every command, flag and help text. Actions are loaded when they are needed, so that help and version are quick.
 * @packageDocumentation
 */
import { Command, CommanderError, Option } from "commander";
import { oneLine } from "../use-cases/errors.js";
import { addCluster } from "./cluster/commands.js";
import type { CompareFlags } from "./compare.js";
import { longForm, shortFormsText } from "./completion/short-forms.js";
import type { CliContext } from "./context.js";
import { EXIT } from "./errors.js";
import { helpExamples } from "./examples.js";
import type { ImportFlags } from "./import.js";
import type { LabCommandFlags } from "./lab/lab.js";
import type { LabModesFlags } from "./lab/modes.js";
import type { TopologyFlags } from "./lab/plan.js";
import type { ShellTarget } from "./lab/shell.js";
import type { ReportFlags } from "./report.js";

/** Runs the command line and gives the exit code. */
export async function runProgram(argv: readonly string[], context: CliContext): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = buildProgram(context, (code) => {
    exitCode = code;
  });
  try {
    const words = context.called.completing ? ["__complete", "--", ...argv] : longForm(argv, program, context.called);
    await program.parseAsync([...words], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw error;
  }
}

/** The command tree. `finish` receives the exit code of the action that ran. */
export function buildProgram(context: CliContext, finish: (exitCode: number) => void): Command {
  const program = new Command(context.called.program)
    .description("How close a pod network comes to the wire, why not closer, and what to run or change.")
    .version(context.version, "-V, --version", "print the version")
    .enablePositionalOptions()
    .addHelpText("after", helpExamples("podwire"))
    .addHelpText("after", ({ command }) => shortFormsText(command, context.called));
  addLab(program, context, finish);
  addCluster(program, context, finish);
  addReport(program, context, finish);
  addCompare(program, context, finish);
  addImport(program, context, finish);
  addCompletion(program, context, finish);
  harden(program, context);
  return program;
}

function addLab(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const lab = program
    .command("lab")
    .description("Build every network mode on this machine, measure all of them beside the bare host, and say which to run.")
    .enablePositionalOptions()
    .option(
      "--modes <a,b,...>",
      "modes to measure; host is always measured; MODE+offload-off is a mode as --offload off has it (default: all)",
    )
    .option(
      "--metrics <a,b,...>",
      "metrics or groups: latency, http, all (default: all; with --quick tcp,pps,latency,http); ndr, pdr: no-drop rates, which take minutes a path",
    )
    .option("--link <rate>", "rate of the capped link, such as 1gbit or 100mbit, or none", "1gbit")
    .option("--budget <time>", "how long to measure, such as 90s or 3m (default: 215s; with --quick 50s)")
    .option("--margin <percent>", "how far from the host is still the same, such as 2% (default: 2% capped, 5% uncapped)")
    .option("--quick", "six rounds or more of tcp, pps, latency and http, in a minute")
    .option("--nodes <n>", "nodes in the lab; the first two are measured", "2")
    .option("--offload <on|off>", "off: as a card without offloads, which gets every packet cut to the MTU (default: on)")
    .option("--need <a,b,...>", "rank only modes that give this: services, policy, encryption, no-l2, ipv6")
    .addOption(new Option("--trials", "run each tool from start to end; no time slices").conflicts("duet"))
    .option("--duet", "measure each path at the same time as the host where slices are taken; without CPU cost, which cannot be told apart")
    .option("--resume <run>", "go on with an interrupted run, within its budget or a larger --budget")
    .option("--frame-sizes <a,b,...>", "frames for ndr and pdr: 64, 512, 1280, 1518, imix", "64")
    .option("--trial <time>", "length of a full trial of ndr and pdr; from 60s on ndr is RFC 2544's throughput", "1s")
    .option("--seed <n>", "seed of the order of rounds (default: a fresh one, recorded in the run)")
    .option("--out <file>", "run file to write (default: podwire-runs/TIME.json)")
    .option("--html <file>", "write the HTML report there")
    .option("--json", "print the summary as JSON on standard output, and nothing else")
    .option("--anonymize", "mask addresses and names in everything that is printed or written")
    .addHelpText("after", helpExamples("lab"))
    .action(async (flags: LabCommandFlags) => {
      finish(await (await import("./lab/lab.js")).lab(flags, context));
    });
  lab
    .command("modes")
    .description("List every mode, what it needs, and whether this kernel can run it.")
    .option("--json", "as JSON")
    .addHelpText("after", helpExamples("lab modes"))
    .action(async (flags: LabModesFlags) => {
      finish(await (await import("./lab/modes.js")).labModes(flags, context));
    });
  lab
    .command("plan <mode>")
    .description("Print the exact commands that build a mode, each with its reason. The same plan is what runs.")
    .option("--nodes <n>", "nodes in the lab", "2")
    .option("--link <rate>", "cap the link between the nodes, such as 1gbit", "none")
    .option("--offload <on|off>", "off: as a card without offloads, which gets every packet cut to the MTU (default: on)")
    .addHelpText("after", helpExamples("lab plan"))
    .action(async (mode: string, flags: TopologyFlags) => {
      finish(await (await import("./lab/plan.js")).labPlan(mode, flags, context));
    });
  lab
    .command("shell <mode> [where] [command...]")
    .description("Build a mode and open a shell inside one of its namespaces (default: node-a), or run one command there after --.")
    .option("--nodes <n>", "nodes in the lab", "2")
    .option("--link <rate>", "cap the link between the nodes, such as 1gbit", "none")
    .option("--offload <on|off>", "off: as a card without offloads, which gets every packet cut to the MTU (default: on)")
    .passThroughOptions()
    .addHelpText("after", helpExamples("lab shell"))
    .action(async (mode: string, where: string | undefined, command: string[], flags: TopologyFlags) => {
      finish(await (await import("./lab/shell.js")).labShell(shellTarget(mode, where, command), flags, context));
    });
}

/** The place may be left out before a command: `shell MODE -- ip address`. */
function shellTarget(mode: string, where: string | undefined, command: readonly string[]): ShellTarget {
  if (where === "--") return { mode, where: undefined, command };
  return { mode, where, command: command[0] === "--" ? command.slice(1) : command };
}

function addReport(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("report <run>")
    .description("Show a run file again: as a table, or as HTML, Markdown, CSV or JSON.")
    .option("--html <file>", "write the HTML report there")
    .addOption(new Option("--markdown", "print Markdown that pastes well into a ticket").conflicts(["csv", "json"]))
    .addOption(new Option("--csv", "print one line an observation").conflicts(["json"]))
    .option("--json", "print the summary as JSON")
    .option("--need <a,b,...>", "rank under these needs instead of the run's own")
    .option("--anonymize", "mask addresses and names")
    .addHelpText("after", helpExamples("report"))
    .action(async (run: string, flags: ReportFlags) => {
      finish(await (await import("./report.js")).report(run, flags, context));
    });
}

function addImport(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("import <file...>")
    .description("Read what other tools printed, in any order and mixed with prose, and pair pods with hosts; - is standard input.")
    .option("--html <file>", "write the HTML report there")
    .addOption(new Option("--markdown", "print Markdown").conflicts(["csv", "json"]))
    .addOption(new Option("--csv", "print one line a value").conflicts(["json"]))
    .option("--json", "print everything that was recognised as JSON")
    .addHelpText("after", helpExamples("import"))
    .action(async (files: string[], flags: ImportFlags) => {
      finish(await (await import("./import.js")).importFiles(files, flags, context));
    });
}

function addCompare(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("compare <a> <b> [more...]")
    .description(
      "Hold run file B against run file A, by their ratios to each run's own host, and judge gates. A lab's run and those of clusters: did the lab predict them?",
    )
    .option(
      "--fail-on <gate>",
      "fail (exit code 3) where B is like this: [MODE:][PATH:]METRIC(<|>)NUMBER[A]; may be given often",
      collected,
    )
    .addOption(
      new Option("--undecided <what>", "what an interval that straddles a gate's number does").choices(["warn", "fail"]).default("warn"),
    )
    .option("--junit <file>", "write what the gates came to as JUnit XML")
    .addOption(new Option("--markdown", "print Markdown that pastes well into a pull request").conflicts(["json"]))
    .option("--json", "print the comparison as JSON on standard output, and nothing else")
    .option("--anonymize", "mask addresses and names")
    .addHelpText("after", helpExamples("compare"))
    .action(async (a: string, b: string, more: string[], flags: CompareFlags) => {
      finish(await (await import("./compare.js")).compare([a, b, ...more], flags, context));
    });
}

/** For a flag that may be given often. */
const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

function addCompletion(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("completion")
    .argument("<shell>", "bash, zsh or fish")
    .description("Print a completion script for a shell.")
    .addHelpText("after", helpExamples("completion"))
    .action(async (shell: string) => {
      finish((await import("./completion/completion.js")).completion(shell, program, context));
    });
  program
    .command("__complete [words...]", { hidden: true })
    .description("Print what can stand at the last word, as kubectl asks its plugins.")
    .action(async (words: string[]) => {
      finish((await import("./completion/complete.js")).complete(words, program, context));
    });
}

/** Every command throws instead of exiting, writes through the context, and complains in one line. */
function harden(command: Command, context: CliContext, path = command.name()): void {
  const { out, err } = context.terminal;
  command.exitOverride().configureOutput({
    writeOut: out,
    writeErr: err,
    outputError: (text, write) => {
      write(`podwire: ${complaint(text)} \`${path} --help\` shows what can be asked.\n`);
    },
  });
  for (const child of command.commands) harden(child, context, `${path} ${child.name()}`);
}

/** Commander says "error: ..." and puts what the nearest name is on a line of its own, in brackets. */
function complaint(text: string): string {
  const [problem = "", ...more] = text
    .replace(/^error: /, "")
    .trim()
    .split("\n");
  const sentences = [problem, ...more.map((line) => line.replaceAll(/^\(|\)$/g, ""))].map(oneLine);
  return sentences.map((sentence) => (/[.?!]$/.test(sentence) ? sentence : `${sentence}.`)).join(" ");
}
