import { holdLab } from "../../use-cases/lab/shell.js";
import { suggestion } from "../completion/nearest.js";
import { type CliContext, sayTo } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { type TopologyFlags, topologyFromFlags, variantFromFlags } from "./plan.js";
import { loadLimit, requireLoadable } from "./service-flags.js";

/** What to open, where, and what to run there. */
export interface ShellTarget {
  readonly mode: string;
  readonly where: string | undefined;
  /** Empty for an interactive shell. */
  readonly command: readonly string[];
}

/** Builds one mode and runs a shell or a command in one of its namespaces; gives its exit code. */
export async function labShell(target: ShellTarget, flags: TopologyFlags, context: CliContext): Promise<number> {
  const mode = variantFromFlags(target.mode, flags);
  const topology = topologyFromFlags(flags);
  const names = mode.wire(topology).namespaces.map((namespace) => namespace.name);
  const where = target.where ?? "node-a";
  if (!names.includes(where)) {
    throw new UsageError(`${mode.name} has no namespace ${where}.${suggestion(where, names)} It has ${names.join(", ")}.`);
  }
  requireLoadable([mode], { nodes: topology.nodes, copies: 1 }, loadLimit(flags));
  const onLoading = (what: string): void => {
    sayTo(context)(`loading ${what} into the nodes of ${mode.name}`);
  };
  return holdLab({ variant: mode, topology, onLoading }, context, async (enter) => {
    const interactive = target.command.length === 0;
    if (interactive) context.terminal.err(welcome(mode.name, where, names));
    const environment = { PS1: `${mode.name} ${where} \\w \\$ ` };
    const exitCode = await context.attach(enter(where, commandOf(target.command)), { interactive, environment });
    return context.interrupted.aborted ? EXIT.interrupted : exitCode;
  });
}

function commandOf(words: readonly string[]): readonly [string, ...string[]] {
  const [program, ...args] = words;
  return program === undefined ? ["bash", "--norc"] : [program, ...args];
}

const welcome = (mode: string, where: string, names: readonly string[]): string =>
  `You are in ${where} of ${mode}. Others: ${names.filter((name) => name !== where).join(", ")} (ip netns list shows their full names). exit ends the lab.\n`;
