/**
 * The command line: every command, flag and help text. Actions are loaded when they are needed, so that help and version are quick.
 * @packageDocumentation
 */
import { Command, CommanderError, Option } from "commander";
import { oneLine } from "../use-cases/errors.js";
import { addCluster } from "./cluster/commands.js";
import type { CompareFlags } from "./compare.js";
import { suggestion } from "./completion/nearest.js";
import { longForm, shortFormsText } from "./completion/short-forms.js";
import type { CliContext } from "./context.js";
import { EXIT } from "./errors.js";
import { helpExamples } from "./examples.js";
import { addExperiment } from "./experiment/commands.js";
import type { ExplainFlags } from "./explain.js";
import type { ImportFlags } from "./import.js";
import { addLab } from "./lab/commands.js";
import { FORMAT_FLAGS, fullOption, OUTPUT_FORMATS, withFormats } from "./output-format.js";
import type { RenderFlags } from "./render/render.js";
import type { ReportFlags } from "./report.js";
import { RULE_COSTS_FILE } from "./rule-costs-file.js";
import type { RulesFlags } from "./rules.js";
import { addTune } from "./tune/commands.js";
import { versionText } from "./version.js";

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
    .version(versionText(context.version, context.commit), "-V, --version", "print the version and the commit that it was built from")
    .enablePositionalOptions()
    .addHelpText("after", helpExamples("podwire"))
    .addHelpText("after", ({ command }) => shortFormsText(command, context.called));
  addLab(program, context, finish);
  addCluster(program, context, finish);
  addReport(program, context, finish);
  addExplain(program, context, finish);
  addCompare(program, context, finish);
  addImport(program, context, finish);
  addRules(program, context, finish);
  addExperiment(program, context, finish);
  addRender(program, context, finish);
  addTune(program, context, finish);
  addSchema(program, context, finish);
  addCompletion(program, context, finish);
  harden(program, context);
  return program;
}

function addReport(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const report = program
    .command("report <run>")
    .description("Show a run file again: as one screen, or as HTML, Markdown, CSV, JSON or YAML.")
    .addOption(fullOption())
    .option("--html <file>", "write the HTML report there")
    .addOption(
      new Option("--open", "show the HTML report on the desktop too; never as root, over SSH or in a pipe").conflicts([...FORMAT_FLAGS]),
    )
    .option(
      "--need <a,b,...>",
      "rank under these needs instead of the run's own; what packets must answer is judged by the cells that the run has",
    )
    .option("--anonymize", "mask addresses and names")
    .addHelpText("after", helpExamples("report"))
    .action(async (run: string, flags: ReportFlags) => {
      finish(await (await import("./report.js")).report(run, flags, context));
    });
  withFormats(report, OUTPUT_FORMATS, {
    markdown: "print Markdown that pastes well into a ticket",
    csv: "print one line an observation",
    json: "print the summary as JSON",
  });
}

function addExplain(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const explain = program
    .command("explain [variant]")
    .description(
      "Say where a mode's loss comes from: every layer from the bare host to it is built and measured in the same rounds. A run file stands for the mode that it recommends.",
    )
    .option(
      "--metric <a,b,...>",
      "what is explained: tcp, tcp-open, tcp8, pps, latency.icmp, http, http-keepalive, percentiles such as latency.tcp.p50, costs such as http.cpu (default: http)",
    )
    .addOption(new Option("--against <what>", "what it is compared with").choices(["host"]).default("host"))
    .option("--budget <time>", "how long to measure, building not counted (default: 95s a metric; with --quick 30s)")
    .option("--load-limit <time>", "how long the rules of a layer may take to load (default: 2m)")
    .option("--quick", "a first answer in 45 seconds: layers are put on only, and not taken away; no CPU profile")
    .option("--no-profile", "do not profile the CPUs; its time, 15 % of the budget, goes to the waterfall")
    .option("--mode <name>", "of a run file: the mode to explain in place of the recommended one")
    .option("--resume <run>", "go on with an interrupted explanation, within its budget or a larger --budget")
    .option("--seed <n>", "seed of the order of rounds (default: a fresh one, recorded in the run)")
    .option("--out <file>", "run file to write (default: podwire-runs/TIME.json)")
    .option("--html <file>", "write the HTML report there")
    .addOption(fullOption())
    .option("--anonymize", "mask addresses and names in everything that is printed or written")
    .addHelpText("after", helpExamples("explain"))
    .action(async (variant: string | undefined, flags: ExplainFlags) => {
      finish(await (await import("./explain.js")).explain(variant, flags, context));
    });
  withFormats(explain, OUTPUT_FORMATS, { json: "print the explanation as JSON on standard output, and nothing else" });
}

function addImport(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const importing = program
    .command("import <file...>")
    .description("Read what other tools printed, in any order and mixed with prose, and pair pods with hosts; - is standard input.")
    .option("--html <file>", "write the HTML report there")
    .addOption(fullOption())
    .addHelpText("after", helpExamples("import"))
    .action(async (files: string[], flags: ImportFlags) => {
      finish(await (await import("./import.js")).importFiles(files, flags, context));
    });
  withFormats(importing, OUTPUT_FORMATS, {
    markdown: "print Markdown",
    csv: "print one line a value",
    json: "print everything that was recognised as JSON",
  });
}

function addRules(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const rules = program
    .command("rules <file>")
    .description(
      "Walk a packet through the rules of iptables-save, ip6tables-save, nft list ruleset or nft -j, or of the running kernel (live); or say who wrote them and what is odd about them.",
    )
    .option("--packet <words>", 'the packet, such as "tcp 10.1.1.2:3333 > 10.96.0.10:80 in cni0"')
    .option(
      "--costs <file>",
      `what a rule costs on this machine, as \`podwire experiment rules\` keeps it (default: ${RULE_COSTS_FILE}, if it exists)`,
    )
    .option(
      "--ipsets <file>",
      "what `ipset save` printed, by which `-m set` is decided; may be given often, and may stand behind the rules in their file",
      collected,
    )
    .addHelpText("after", helpExamples("rules"))
    .action(async (file: string, flags: RulesFlags) => {
      finish(await (await import("./rules.js")).rules(file, flags, context));
    });
  withFormats(rules, ["json", "yaml"], { json: "as JSON" });
}

function addRender(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const render = program
    .command("render [variant]")
    .description(
      "Write down what a variant, or the one that a run file recommends, takes: documents for a product or in a format, for your nodes and addresses. Also takes what `tune auto --json` printed, to make permanent what it kept.",
    )
    .option("--for <target>", "the product or format; --list says which there are")
    .option("--nodes <file>", "the nodes: a list in YAML, or what `kubectl get nodes -o json` prints; - is standard input")
    .option("--cluster <file>", "the cluster: podCIDRs, serviceCIDRs and more in YAML; - is standard input")
    .option(
      "--kubernetes <version>",
      "render for this version, 1.2 or 1.29 to 1.34 (default: the newest that the target has documents for)",
    )
    .option("--tuning <file>", "with cloud-init, ignition or coreos-cloud-config: add what this result of `tune auto --json` kept")
    .option("--out <dir>", "write the documents there, NODE/ for each node, router/ and cluster/, instead of printing them")
    .option("--force", "overwrite files that are there, and remove those that this target wrote there for an earlier variant")
    .option(
      "--diff",
      "say what would change in the folder of --out, or else in the live cluster, and in which order to apply it; writes nothing",
    )
    .option("--kubeconfig <file>", "with --diff: kubeconfig to use (default: KUBECONFIG, ~/.kube/config, or the pod's service account)")
    .option("--context <name>", "with --diff: context of the kubeconfig (default: its current one)")
    .option("--anonymize", "with --diff: mask addresses and names")
    .option("--list", "list the targets, their variants, and how documents were checked")
    .addHelpText("after", helpExamples("render"))
    .action(async (variant: string | undefined, flags: RenderFlags) => {
      finish(await (await import("./render/render.js")).renderDocuments(variant, flags, context));
    });
  withFormats(render, ["json", "yaml"], { json: "with --list or --diff: as JSON" });
}

function addCompare(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  const compare = program
    .command("compare <a> <b> [more...]")
    .description(
      "Compare run file B with run file A by their ratios to each run's own host, and judge gates. A lab's run and those of clusters: did the lab predict them?",
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
    .addOption(fullOption())
    .option("--html <file>", "write the HTML report there")
    .option("--anonymize", "mask addresses and names")
    .addHelpText("after", helpExamples("compare"))
    .action(async (a: string, b: string, more: string[], flags: CompareFlags) => {
      finish(await (await import("./compare.js")).compare([a, b, ...more], flags, context));
    });
  withFormats(compare, ["json", "yaml", "markdown", "html"], {
    markdown: "print Markdown that pastes well into a pull request",
    json: "print the comparison as JSON on standard output, and nothing else",
  });
}

function addSchema(program: Command, context: CliContext, finish: (exitCode: number) => void): void {
  program
    .command("schema [format]")
    .description("Print the JSON Schema of one of podwire's formats; without a name, list them.")
    .addHelpText("after", helpExamples("schema"))
    .action(async (format: string | undefined) => {
      finish((await import("./schema.js")).schema(format, context));
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
      write(`podwire: ${complaint(unknownCommand(command, text) ?? text)} \`${path} --help\` shows what can be asked.\n`);
    },
  });
  for (const child of command.commands) harden(child, context, `${path} ${child.name()}`);
}

/** Commander counts the arguments of a command that does something itself and has commands below it (`podwire lab`): a word there is a command that was meant. */
function unknownCommand(command: Command, text: string): string | undefined {
  const [word] = command.args;
  if (word === undefined || command.commands.length === 0 || !text.startsWith("error: too many arguments")) return undefined;
  const known = command.createHelp().visibleCommands(command);
  return `unknown command '${word}'.${suggestion(
    word,
    known.map((child) => child.name()),
  )}`;
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
