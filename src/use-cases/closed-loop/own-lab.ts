/**
 * The closed loop in a lab of its own: every node and pod is tuned, and all of it is gone with the command.
 * @packageDocumentation
 */

import { Servers } from "../../measure/observing/servers.js";
import type { Tuning } from "../../model/closed-loop.js";
import type { Variant } from "../../variants/variant.js";
import { namespaceName } from "../../venues/lab/compile.js";
import { type LabSession, openLab } from "../../venues/lab/lab-session.js";
import type { Say, UseCaseContext } from "../context.js";
import { RunError } from "../errors.js";
import { opening } from "../lab/sandbox-lifetime.js";
import { type AutoOptions, tuneOn } from "./auto.js";
import type { Ground, Trials } from "./ground.js";
import { portsOf } from "./lab-node.js";
import { podsPath } from "./loaded-path.js";

/** What {@link tuneOwnLab} builds. */
export const OWN_LAB = { nodes: 2, mtu: 1500 } as const;
const LINK = "open";

/** Nothing has to be taken back that a crash would leave: the namespaces end with podwire. */
const PASSING: Trials = { during: async (_, work) => work(), keep: async () => Promise.resolve() };

/**
 * Tries changes in a lab of its own and says what to keep.
 * @throws RunError where the lab or the load cannot be had
 */
export async function tuneOwnLab(variant: Variant, options: AutoOptions, context: UseCaseContext, say: Say): Promise<Tuning> {
  const asked = { modes: [variant], links: [LINK] as const, ...OWN_LAB };
  const session = await opening(context, async (machine) => openLab(machine, asked));
  try {
    const failure = session.failures[variant.name];
    if (failure !== undefined) throw new RunError(`${variant.name} is ${failure.status}: ${failure.reason}`);
    return await tuneOn(labGround(session, variant), options, context, say);
  } finally {
    await session.close();
  }
}

/** Every node and pod of a variant that stands in an open lab. */
export function labGround(session: LabSession, variant: Variant): Ground {
  const named = variant.wire(OWN_LAB).namespaces.filter(({ kind }) => kind !== "fabric");
  return {
    ...({ venue: "lab", topology: OWN_LAB, trials: PASSING } as const),
    ...{ variant, session, servers: new Servers(session, session.machine.clock), path: podsPath(session, variant, OWN_LAB) },
    tuned: named.map(({ name, kind }) => ({
      at: { id: `${variant.name}/${LINK}/${name}`, kind: kind === "pod" ? "pod" : "host" },
      ports: portsOf(session, namespaceName(`${variant.name}.${LINK}`, name)),
      shared: false,
    })),
    afterwards: "The lab's namespaces are gone with this command, and nothing of the machine was changed: no experiment can outlive it.",
  };
}
