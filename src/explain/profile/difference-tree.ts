/**
 * Two trees of stacks laid on each other: what each function takes for each piece of work, on the host and on a path beside it.
 * @packageDocumentation
 */
import type { StackNode } from "./stack-tree.js";

/** A function where it stands in the stacks of either. */
export interface DifferenceNode {
  readonly name: string;
  /** In itself and in what it called, in the unit that the trees were scaled to; 0 where it was not seen. */
  readonly host: number;
  readonly variant: number;
  /** The largest of the variant first; what only the host has comes last. */
  readonly children: readonly DifferenceNode[];
}

/** A tree with what its figures are divided by. */
export interface Scaled {
  readonly tree: StackNode;
  readonly by: number;
}

/** Lays them on each other. */
export function differenceTree(host: Scaled, variant: Scaled): DifferenceNode {
  return laid(variant.tree.name, host.tree, variant.tree, { host: host.by, variant: variant.by });
}

function laid(
  name: string,
  host: StackNode | undefined,
  variant: StackNode | undefined,
  by: { readonly host: number; readonly variant: number },
): DifferenceNode {
  const ofHost = new Map((host?.children ?? []).map((child) => [child.name, child]));
  const ofVariant = new Map((variant?.children ?? []).map((child) => [child.name, child]));
  const names = new Set([...ofVariant.keys(), ...ofHost.keys()]);
  const children = [...names].map((one) => laid(one, ofHost.get(one), ofVariant.get(one), by));
  return {
    name,
    host: (host?.total ?? 0) / by.host,
    variant: (variant?.total ?? 0) / by.variant,
    children: children.sort((one, other) => other.variant - one.variant),
  };
}
