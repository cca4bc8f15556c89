/**
 * The man page podwire(1), made from the command tree itself, so that it cannot lag behind `--help`.
 * @packageDocumentation
 */
import type { Command } from "commander";
import { journalPath } from "../../tuning/place.js";
import { EXIT } from "../errors.js";
import { examplesOf } from "../examples.js";
import { RULE_COSTS_FILE } from "../rule-costs-file.js";
import { bold, prose, tagged, usage, verbatim } from "./roff.js";

const HOME = "https://github.com/podwire/podwire";

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "What was asked was done. A mode that this kernel does not support is not a failure.",
  failed: "A mode, a figure or the command itself failed.",
  usage: "The command line, or a file that it names, cannot be understood.",
  gate: "A gate of `podwire compare --fail-on` fails.",
  interrupted: "podwire was interrupted (Ctrl-C, SIGTERM or SIGHUP). What was measured until then is saved and reported.",
};

const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  ["NO_COLOR", "Not empty: no colours (https://no-color.org)."],
  ["FORCE_COLOR", "Not empty: colours where there is no terminal too. NO_COLOR has precedence."],
  ["COLUMNS", "How wide the text is where standard output is no terminal, as in a pipe or a CI log."],
  [
    "LC_ALL, LC_CTYPE, LANG",
    "The first of these that is not empty names the locale: signs beyond ASCII are printed where it is one of UTF-8.",
  ],
  ["DISPLAY, WAYLAND_DISPLAY", "The desktop on which `--open` shows a page; macOS needs neither."],
  ["SSH_CONNECTION, SSH_TTY, SSH_CLIENT", "One of these not empty: `--open` shows nothing, since the desktop is elsewhere."],
  ["KUBECONFIG", "Files that the cluster's address and credentials are taken from, separated by colons, unless `--kubeconfig` names one."],
  ["PATH", "Where the programs that measure are looked for; /usr/local/sbin, /usr/sbin and /sbin are searched as well."],
  ["TMPDIR", "Where temporary files go."],
];

/** A machine's own journal; the folder is `--state`. */
const JOURNAL = journalPath({ firstNamespace: true, namespace: "" });

const FILES: readonly (readonly [path: string, meaning: string])[] = [
  ["podwire-runs/TIME.json", "The run file of a measurement, below the working directory, unless `--out` names another. TIME is in UTC."],
  ["~/.kube/config", "The kubeconfig where neither `--kubeconfig` nor KUBECONFIG names one."],
  [
    "/var/run/secrets/kubernetes.io/serviceaccount/",
    "The service account by which podwire asks the cluster where it runs in a pod and there is no kubeconfig.",
  ],
  ["$TMPDIR/podwire-TIME.json", "The run file where the place that was asked for cannot be written to any more; podwire says so."],
  [
    JOURNAL,
    "The journal of `podwire tune`: what it changed on this machine, and what stood there before. In any network namespace but the first it is below /run/podwire/tune; `--state` names another folder.",
  ],
  [
    RULE_COSTS_FILE,
    "What a rule costs on this machine: `podwire experiment rules` writes it and `podwire rules --packet` reads it, unless `--out` and `--costs` name another.",
  ],
];

const SEE_ALSO = ["kubectl(1)", "iperf3(1)", "ab(1)", "ping(8)", "trafgen(8)", "ip-netns(8)", "tc(8)", "network_namespaces(7)"];

/** What the page is of. */
export interface Edition {
  readonly version: string;
  /** Day on which the page changed, as `2026-01-31`. */
  readonly date: string;
}

/** The page as man(7) macros, with a line break at the end. */
export function manPage(program: Command, { version, date }: Edition): string {
  const commands = commandsOf(program);
  const sections = [
    `.\\" Made from the program's commands by \`npm run docs:man\`; do not edit.`,
    `.TH PODWIRE 1 ${date} "podwire ${version}" "User Commands"`,
    section("NAME", prose(`podwire - ${lowerFirst(program.description()).replace(/\.$/, "")}`)),
    section("SYNOPSIS", commands.map(({ path, command }) => usage(`${path} ${command.usage()}`)).join("\n.br\n")),
    section("DESCRIPTION", DESCRIPTION.map((paragraph) => prose(paragraph)).join("\n.PP\n")),
    section("OPTIONS", optionsOf(program, true)),
    section("COMMANDS", commands.map(subsection).join("\n")),
    section("EXAMPLES", examples("podwire")),
    section("EXIT STATUS", exitStatus()),
    section("ENVIRONMENT", ENVIRONMENT.map(([name, meaning]) => tagged(bold(name), prose(meaning))).join("\n")),
    section("FILES", FILES.map(([path, meaning]) => tagged(usage(path), prose(meaning))).join("\n")),
    section(
      "SEE ALSO",
      `${prose(SEE_ALSO.join(", "))}\n.PP\n${prose(`Documentation, the format of the files, and where defects are reported: ${HOME}`)}`,
    ),
  ];
  return `${sections.join("\n")}\n`;
}

const DESCRIPTION = [
  "podwire measures the networks of pods beside the network of the bare host, in the same rounds, and says how close each comes to the host with an interval and a verdict.",
  "`podwire lab` builds the network modes in namespaces of its own on one Linux machine. `podwire cluster` measures the network of a Kubernetes cluster. `podwire explain` and `podwire experiment` measure in the lab too: where a mode's loss comes from, and what one setting does.",
  "`podwire tune` changes the settings of a node and can undo every change exactly; `podwire tune auto` tries such changes in a lab. `podwire render` writes the documents that a mode takes on your nodes.",
  "`podwire report` and `podwire compare` read run files; `podwire import` and `podwire rules` read what other tools printed, `podwire rules live` the rules of the running kernel. `podwire schema` prints the schemas of what podwire writes, and `podwire completion` what a shell needs to complete its commands.",
  "As `kubectl podwire` it is a plugin of kubectl, and the commands of cluster can be called without the word `cluster`.",
];

interface Documented {
  /** From `podwire` on. */
  readonly path: string;
  readonly command: Command;
}

/** Every command below, each before its own commands; hidden ones and commander's `help` are left out. */
function commandsOf(parent: Command, path = "podwire"): Documented[] {
  return parent
    .createHelp()
    .visibleCommands(parent)
    .filter((command) => command.name() !== "help")
    .flatMap((command) => {
      const own = `${path} ${command.name()}`;
      return [{ path: own, command }, ...commandsOf(command, own)];
    });
}

const section = (title: string, body: string): string => `.SH ${title}\n${body}`;

function subsection({ path, command }: Documented): string {
  const options = optionsOf(command, false);
  const known = examples(path.replace(/^podwire /, ""));
  return [
    `.SS "${path}"`,
    usage(`${path} ${command.usage()}`),
    `.PP\n${prose(command.description())}`,
    ...(options === "" ? [] : [options]),
    ...(known === "" ? [] : [`.PP\nExamples:\n.PP\n${known}`]),
  ].join("\n");
}

/** Flags with their descriptions, defaults and choices. `--help` is every command's, and is said once. */
function optionsOf(command: Command, withHelp: boolean): string {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .filter((option) => withHelp || option.long !== "--help")
    .map((option) => tagged(usage(help.optionTerm(option)), prose(sentence(help.optionDescription(option)))))
    .join("\n");
}

const examples = (command: string): string =>
  examplesOf(command)
    .map(([line, what]) => `.PP\n${prose(sentence(what))}\n.PP\n.RS 4\n${verbatim([line])}\n.RE`)
    .join("\n")
    .replace(/^\.PP\n/, "");

function exitStatus(): string {
  const codes = Object.entries(EXIT_MEANINGS).map(([name, meaning]) =>
    tagged(bold(String(EXIT[name as keyof typeof EXIT])), prose(meaning)),
  );
  return [...codes, `.PP\n${prose("`podwire lab shell` ends as the command in it did.")}`].join("\n");
}

const lowerFirst = (text: string): string => text.slice(0, 1).toLowerCase() + text.slice(1);

/** A help text begins small and ends without a dot; a value before a colon (`off: ...`) stays as it is typed. */
const sentence = (text: string): string => {
  const begun = /^[a-z]+[ ,;]/.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
};
