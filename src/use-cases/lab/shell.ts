/**
 * The use case behind `podwire lab shell`: a lab of one variant that stays until whoever works in it is done.
 * @packageDocumentation
 */
import type { LinkKind } from "../../model/metric.js";
import type { Topology } from "../../model/wiring.js";
import type { Variant } from "../../variants/variant.js";
import { namespaceName } from "../../venues/lab/compile.js";
import { describeHeld } from "../../venues/lab/held-lab.js";
import { openLab } from "../../venues/lab/lab-session.js";
import type { UseCaseContext } from "../context.js";
import { RunError } from "../errors.js";
import { opening } from "./sandbox-lifetime.js";

/** The lab that is held. */
export interface AskedLab {
  readonly variant: Variant;
  readonly topology: Topology;
  /** Hears what is loaded into the nodes, which takes its time. */
  readonly onLoading: (what: string) => void;
}

/** The command by which a program of the caller starts in one of the lab's namespaces, `node-a` for instance. */
export type Enter = (where: string, argv: readonly [string, ...string[]]) => readonly [string, ...string[]];

/**
 * Builds the lab, writes down in it what was built for a podwire inside of it (`tune auto`), and closes it when the work is done.
 * @throws RunError when the variant cannot be built, InterruptedError when podwire is interrupted before
 */
export async function holdLab<T>(asked: AskedLab, context: UseCaseContext, work: (enter: Enter) => Promise<T>): Promise<T> {
  const { variant, topology } = asked;
  const { name } = variant;
  const link: LinkKind = topology.rate === undefined ? "open" : "capped";
  const onLoading = (_: string, what: string): void => {
    asked.onLoading(what);
  };
  const session = await opening(context, async (machine) => openLab(machine, { modes: [variant], links: [link], ...topology, onLoading }));
  try {
    const failure = session.failures[name];
    if (failure !== undefined) throw new RunError(`${name} is ${failure.status}: ${failure.reason}`);
    await describeHeld(session, { podwire: context.version, variant: name, link, nodes: topology.nodes, mtu: topology.mtu });
    return await work((where, argv) => session.enter(namespaceName(`${name}.${link}`, where), argv));
  } finally {
    await session.close();
  }
}
