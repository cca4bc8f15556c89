import { RunError } from "../../use-cases/errors.js";
import { opening } from "../../use-cases/lab/sandbox-lifetime.js";
import { namespaceName } from "../../venues/lab/compile.js";
import { describeHeld } from "../../venues/lab/held-lab.js";
import { openLab } from "../../venues/lab/lab-session.js";
import { suggestion } from "../completion/nearest.js";
import type { CliContext } from "../context.js";
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
  const link = topology.rate === undefined ? "open" : "capped";
  requireLoadable([mode], { nodes: topology.nodes, copies: 1 }, loadLimit(flags));
  const onLoading = (_: string, what: string): void => {
    context.terminal.err(`podwire: loading ${what} into the nodes of ${mode.name}\n`);
  };
  const options = { modes: [mode], links: [link] as const, ...topology, onLoading };
  const session = await opening(context, async (machine) => openLab(machine, options));
  try {
    const failure = session.failures[mode.name];
    if (failure !== undefined) throw new RunError(`${mode.name} is ${failure.status}: ${failure.reason}`);
    await describeHeld(session, { podwire: context.version, variant: mode.name, link, nodes: topology.nodes, mtu: topology.mtu });
    const argv = session.enter(namespaceName(`${mode.name}.${link}`, where), commandOf(target.command));
    const interactive = target.command.length === 0;
    if (interactive) context.terminal.err(welcome(mode.name, where, names));
    const exitCode = await context.attach(argv, { interactive, environment: { PS1: `${mode.name} ${where} \\w \\$ ` } });
    return context.interrupted.aborted ? EXIT.interrupted : exitCode;
  } finally {
    await session.close();
  }
}

function commandOf(words: readonly string[]): readonly [string, ...string[]] {
  const [program, ...args] = words;
  return program === undefined ? ["bash", "--norc"] : [program, ...args];
}

const welcome = (mode: string, where: string, names: readonly string[]): string =>
  `You are in ${where} of ${mode}. Others: ${names.filter((name) => name !== where).join(", ")} (ip netns list shows their full names). exit ends the lab.\n`;
