import type { Topology } from "../../model/wiring.js";
import type { Mode } from "../../modes/contract.js";
import { findMode, MODES } from "../../modes/index.js";
import { wiringOf } from "../../modes/parts/offloads.js";
import { parseLinkRate } from "../../units/parse.js";
import { compile, type Plan } from "../../venues/lab/compile.js";
import { planText } from "../../venues/lab/plan-text.js";
import { suggestion } from "../completion/nearest.js";
import type { CliContext } from "../context.js";
import { EXIT, UsageError } from "../errors.js";
import { offloadFromFlag, usage, wholeNumber } from "./scenario-from-flags.js";

/** Flags that describe the lab's physical side. */
export interface TopologyFlags {
  readonly nodes: string;
  readonly link: string;
  readonly offload?: string;
}

/** What the flags say of the lab's physical side. */
export function topologyFromFlags(flags: TopologyFlags): Topology {
  const rate = usage("--link", () => parseLinkRate(flags.link));
  return {
    nodes: wholeNumber("--nodes", flags.nodes, 2, 8),
    mtu: 1500,
    ...(rate === null ? {} : { rate }),
    ...offloadFromFlag(flags.offload),
  };
}

/** Prints the plan of a mode. */
export async function labPlan(name: string, flags: TopologyFlags, context: CliContext): Promise<number> {
  const mode = knownMode(name);
  const topology = topologyFromFlags(flags);
  const prefix = `${mode.name}.${topology.rate === undefined ? "open" : "capped"}`;
  const plan = compile(prefix, wiringOf(mode, topology));
  context.terminal.out(planText(mode.name, plan, await locatedPrograms(plan, context)));
  return EXIT.ok;
}

async function locatedPrograms({ daemons }: Plan, { machine }: CliContext): Promise<ReadonlyMap<string, string>> {
  const programs = [...new Set(daemons.map(({ argv }) => argv[0]))];
  const located = await Promise.all(
    programs.map(async (program) => [program, (await machine.commands.locate(program)) ?? program] as const),
  );
  return new Map(located);
}

/** The mode of that name, or a usage error that names the nearest. */
export function knownMode(name: string): Mode {
  const mode = findMode(name);
  if (mode !== undefined) return mode;
  const known = MODES.map((candidate) => candidate.name);
  throw new UsageError(`no mode is called ${name}.${suggestion(name, known)} \`podwire lab modes\` lists them.`);
}
