/**
 * What can follow each command: read off the command tree itself, so that completion never lags behind it.
 * @packageDocumentation
 */
import type { Command } from "commander";
import { METRIC_GROUPS, METRICS, SEARCH_METRICS } from "../../model/metric.js";
import { FRAME_SIZES } from "../../model/no-drop.js";
import { PATH_NAMES } from "../../model/path.js";
import { NEEDS } from "../../modes/contract.js";
import { MODES } from "../../modes/index.js";

/** Shells that completion scripts are made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A flag of a command. */
export interface FlagCandidate {
  /** With its dashes. */
  readonly name: string;
  readonly takesValue: boolean;
}

/** What can follow a command: its subcommands, flags, and names for its arguments. */
export interface Candidates {
  /** Command words after `podwire`, joined by a space. */
  readonly path: string;
  readonly words: readonly string[];
  readonly flags: readonly FlagCandidate[];
  /** Whether its argument is a file. */
  readonly takesFile: boolean;
  /** One sentence each, for subcommands and flags. */
  readonly descriptions: ReadonlyMap<string, string>;
}

const MODE_NAMES = MODES.map((mode) => mode.name);

/** Names of nodes and pods in a lab of two nodes, of any mode. */
const NAMESPACES = [...new Set(MODES.flatMap((mode) => mode.wire({ nodes: 2, mtu: 1500 }).namespaces.map(({ name }) => name)))];

/** Known words of an argument, by its name. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = { mode: MODE_NAMES, where: NAMESPACES, shell: SHELLS };
/** Arguments that are files, by their names. */
const FILE_ARGUMENTS: ReadonlySet<string> = new Set(["run", "a", "b", "more", "files"]);

/** Flags whose value is one or more of known names. */
export const FLAG_VALUES: Readonly<Record<string, readonly string[]>> = {
  "--modes": MODE_NAMES,
  "--metrics": [...Object.keys(METRIC_GROUPS), ...METRICS.map((metric) => metric.name), ...SEARCH_METRICS.map((metric) => metric.name)],
  "--paths": PATH_NAMES,
  "--frame-sizes": FRAME_SIZES,
  "--need": NEEDS,
  "--link": ["none", "100mbit", "1gbit", "10gbit"],
};

/** Candidates of a command and of all below it. Hidden commands are left out. */
export function candidatesOf(command: Command, path: readonly string[] = []): Candidates[] {
  const names = command.registeredArguments.map((argument) => argument.name());
  const children = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== "help");
  const options = command.options.filter(({ hidden }) => !hidden);
  const own: Candidates = {
    path: path.join(" "),
    words: [...children.map((child) => child.name()), ...names.flatMap((name) => ARGUMENTS[name] ?? [])],
    flags: [
      ...options.flatMap(({ long, required }) => (long == null ? [] : [{ name: long, takesValue: required }])),
      { name: "--help", takesValue: false },
    ],
    takesFile: names.some((name) => FILE_ARGUMENTS.has(name)),
    descriptions: new Map([
      ...children.map((child) => [child.name(), child.description()] as const),
      ...options.flatMap(({ long, description }) => (long == null ? [] : [[long, description] as const])),
    ]),
  };
  return [own, ...children.flatMap((child) => candidatesOf(child, [...path, child.name()]))];
}
