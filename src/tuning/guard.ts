/**
 * The one guard for a change's scope.
 * @packageDocumentation
 */
import type { Change, Knob } from "./contract.js";
import { TuningError } from "./error.js";
import type { NodeFacts } from "./facts.js";

/** Where it stands. */
type Ground = Pick<NodeFacts, "firstNamespace">;

/**
 * Why a change of this scope may not be made here; undefined where it may. A lab's nodes and the test cluster share the machine's kernel, and its `/proc/irq` can be
 * written from a root lab: what belongs to the machine is changed in its first network namespace or not at all.
 */
export const whyOutOfScope = ({ scope }: Pick<Change, "scope">, { firstNamespace }: Ground): string | undefined =>
  scope === "machine" && !firstNamespace ? "not possible here: it belongs to the machine" : undefined;

/** Stops whoever is about to make a change that its scope forbids here. @throws TuningError */
export function requireScope(change: Pick<Change, "name" | "scope">, ground: Ground): void {
  const why = whyOutOfScope(change, ground);
  if (why !== undefined) throw new TuningError(`${change.name}: ${why}, and this is not its first network namespace`);
}

/** Stops whoever is about to write a file of the machine from elsewhere: an undo goes by the journal, which names knobs and no scope. @throws TuningError */
export function requireReach(knob: Knob, { firstNamespace }: Ground): void {
  const why = knob.kind === "machine-file" ? whyOutOfScope({ scope: "machine" }, { firstNamespace }) : undefined;
  if (knob.kind === "machine-file" && why !== undefined) throw new TuningError(`${knob.path}: ${why}`);
}

/** Present in the first network namespace of a machine only (net/core/sysctl_net_core.c). */
export const FIRST_NAMESPACE_HAS = "net.core.netdev_max_backlog";
