/**
 * What can follow each command: read off the command tree itself, so that completion never lags behind it.
 * @packageDocumentation
 */
import type { Command, Option } from "commander";
import { NEED_NAMES } from "../../advice/needs.js";
import { CHECK_NAMES, CHECK_SETS } from "../../model/conformance.js";
import { QUEUE_SETTINGS } from "../../model/irq-experiment.js";
import { METRIC_GROUPS, METRICS, SEARCH_METRICS } from "../../model/metric.js";
import { FRAME_SIZES } from "../../model/no-drop.js";
import { PATH_NAMES } from "../../model/path.js";
import { MODES } from "../../modes/index.js";
import { whyNeverMeasured } from "../../modes/measured.js";
import { KUBERNETES_VERSIONS } from "../../render/contract.js";
import { TARGETS } from "../../render/targets/index.js";
import { FORMATS } from "../../report/json/schemas.js";
import { PROXY_NAMES } from "../lab/proxies.js";

/** Shells that completion scripts are made for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A flag of a command. */
export interface FlagCandidate {
  /** With its dashes. */
  readonly name: string;
  /** Its form of one letter, with its dash. */
  readonly short?: string;
  readonly takesValue: boolean;
  /** Words that its value is one of, or a list of; absent where it can be anything. */
  readonly values?: readonly string[];
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
const MEASURED = MODE_NAMES.filter((name) => whyNeverMeasured(name) === undefined);

/** Names of nodes and pods in a lab of two nodes, of any mode. */
const NAMESPACES = [...new Set(MODES.flatMap((mode) => mode.wire({ nodes: 2, mtu: 1500 }).namespaces.map(({ name }) => name)))];

/** Known words of an argument, by its name. */
const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  mode: MODE_NAMES,
  variant: MODE_NAMES,
  where: NAMESPACES,
  shell: SHELLS,
  format: FORMATS.map(({ name }) => name),
};
/** Arguments that are files, by their names. */
const FILE_ARGUMENTS: ReadonlySet<string> = new Set(["run", "a", "b", "more", "files", "variant"]);

/** Flags whose value is one or more of known names. */
const FLAG_VALUES: Readonly<Record<string, readonly string[]>> = {
  "--modes": MEASURED,
  "--lab": MEASURED,
  "--metrics": [...Object.keys(METRIC_GROUPS), ...METRICS.map((metric) => metric.name), ...SEARCH_METRICS.map((metric) => metric.name)],
  "--metric": METRICS.filter(({ estimator }) => estimator.kind === "value").map(({ name }) => name),
  "--mode": MEASURED,
  "--paths": PATH_NAMES,
  "--queues": QUEUE_SETTINGS,
  "--path": ["pod-pod", "pod-service", "host-host"],
  "--frame-sizes": FRAME_SIZES,
  "--checks": [...CHECK_SETS, ...CHECK_NAMES],
  "--need": NEED_NAMES,
  "--proxy": PROXY_NAMES,
  "--for": TARGETS.map(({ name }) => name),
  "--kubernetes": KUBERNETES_VERSIONS,
  "--link": ["none", "100mbit", "1gbit", "10gbit"],
};

/** The same where a command takes more than others do: it tries modes and measures none. */
const OWN_VALUES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = { "lab conformance": { "--modes": MODE_NAMES } };

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
    flags: [...options.flatMap((option) => flagOf(option, path.join(" "))), { name: "--help", takesValue: false }],
    takesFile: names.some((name) => FILE_ARGUMENTS.has(name)),
    descriptions: new Map([
      ...children.map((child) => [child.name(), child.description()] as const),
      ...options.flatMap(({ long, description }) => (long == null ? [] : [[long, description] as const])),
    ]),
  };
  return [own, ...children.flatMap((child) => candidatesOf(child, [...path, child.name()]))];
}

function flagOf({ long, short, required, argChoices }: Option, command: string): FlagCandidate[] {
  if (long == null) return [];
  const values = argChoices ?? OWN_VALUES[command]?.[long] ?? FLAG_VALUES[long];
  return [{ name: long, ...(short == null ? {} : { short }), takesValue: required, ...(values === undefined ? {} : { values }) }];
}
