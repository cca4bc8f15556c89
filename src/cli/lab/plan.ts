import type { Topology } from "../../model/wiring.js";
import { parseLinkRate } from "../../units/parse.js";
import type { Variant } from "../../variants/variant.js";
import { compile, type Plan } from "../../venues/lab/compile.js";
import { planText } from "../../venues/lab/plan-text.js";
import type { CliContext } from "../context.js";
import { EXIT } from "../errors.js";
import { usage, wholeNumber } from "./flag-values.js";
import { knownVariant, offloadFromFlag } from "./scenario-from-flags.js";

/** Flags that describe the lab's physical side. */
export interface TopologyFlags {
  readonly nodes: string;
  readonly link: string;
  readonly offload?: string;
  /** Of `lab shell`: how long layers may take to load. */
  readonly loadLimit?: string;
}

/** What the flags say of the lab's physical side. */
export function topologyFromFlags(flags: TopologyFlags): Topology {
  const rate = usage("--link", () => parseLinkRate(flags.link));
  return {
    nodes: wholeNumber("--nodes", flags.nodes, 2, 8),
    mtu: 1500,
    ...(rate === null ? {} : { rate }),
  };
}

/** Prints the plan of a mode. */
export async function labPlan(name: string, flags: TopologyFlags, context: CliContext): Promise<number> {
  const mode = variantFromFlags(name, flags);
  const topology = topologyFromFlags(flags);
  const prefix = `${mode.name}.${topology.rate === undefined ? "open" : "capped"}`;
  const plan = compile(prefix, mode.wire(topology), context.machine.root);
  context.terminal.out(planText(mode.name, plan, await locatedPrograms(plan, context)));
  return EXIT.ok;
}

async function locatedPrograms({ daemons, loads }: Plan, { machine }: CliContext): Promise<ReadonlyMap<string, string>> {
  const programs = [...new Set([...daemons, ...loads].map(({ argv }) => argv[0]))];
  const located = await Promise.all(
    programs.map(async (program) => [program, (await machine.commands.locate(program)) ?? program] as const),
  );
  return new Map(located);
}

/** The variant of that name with what the flags put on it, or a usage error that names the nearest. */
export function variantFromFlags(name: string, flags: Pick<TopologyFlags, "offload">): Variant {
  const layers = offloadFromFlag(flags.offload).offload === "off" ? ["offload-off"] : [];
  return knownVariant(name, "", layers);
}
