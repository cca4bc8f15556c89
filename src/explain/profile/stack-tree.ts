/**
 * Stacks as a tree, in which what they have in common stands once: what flame graphs draw, and what run files keep.
 * @packageDocumentation
 */
import type { MeasuredPath } from "../../model/path.js";
import type { Profile, StackTree } from "../../model/profile.js";
import type { FoldedStack } from "./fold.js";

/** A function where it stands in stacks. */
export interface StackNode {
  readonly name: string;
  /** Nanoseconds in itself. */
  readonly self: number;
  /** Nanoseconds in itself and in what it called. */
  readonly total: number;
  /** The largest first. */
  readonly children: readonly StackNode[];
}

/** Collects names, each once. */
export class NameTable {
  readonly names: string[] = [];
  readonly #places = new Map<string, number>();

  /** The place of a name. */
  placeOf(name: string): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    this.names.push(name);
    this.#places.set(name, this.names.length - 1);
    return this.names.length - 1;
  }
}

/** The stacks of one path for a run file. Their weights add up to those of the nodes. */
export function packStacks(stacks: readonly FoldedStack[], names: NameTable): StackTree["nodes"] {
  const nodes: StackTree["nodes"] = [];
  const places = new Map<string, number>();
  const step = (parent: number, name: string): number => {
    const key = `${String(parent)} ${name}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    nodes.push([parent, names.placeOf(name), 0]);
    places.set(key, nodes.length - 1);
    return nodes.length - 1;
  };
  for (const { stack, weight } of stacks) {
    const node = nodes[stack.reduce(step, -1)];
    if (node !== undefined) node[2] += weight;
  }
  return nodes;
}

/** The stacks of a path, each that time was spent at the end of. */
export function unpackStacks({ nodes }: Pick<StackTree, "nodes">, functions: readonly string[]): readonly FoldedStack[] {
  const stacks: (readonly string[])[] = [];
  return nodes.flatMap(([parent, name, weight]) => {
    const stack = [...(stacks[parent] ?? []), functions[name] ?? ""];
    stacks.push(stack);
    return weight > 0 ? [{ stack, weight }] : [];
  });
}

interface Growing {
  readonly name: string;
  self: number;
  readonly children: Map<string, Growing>;
}

/** The tree of some stacks below one root. */
export function treeOf(stacks: readonly FoldedStack[], root: string): StackNode {
  const top: Growing = { name: root, self: 0, children: new Map() };
  for (const { stack, weight } of stacks) {
    const last = stack.reduce((node, name) => {
      const child = node.children.get(name) ?? { name, self: 0, children: new Map() };
      node.children.set(name, child);
      return child;
    }, top);
    last.self += weight;
  }
  return grown(top);
}

function grown({ name, self, children }: Growing): StackNode {
  const ordered = [...children.values()].map(grown).sort((one, other) => other.total - one.total);
  return { name, self, total: ordered.reduce((sum, { total }) => sum + total, self), children: ordered };
}

/** The stacks of a path of a profile, and the work that they were spent on; undefined where it was not profiled. */
export function stacksOf(
  profile: Pick<Profile, "stacks" | "functions">,
  { mode, path }: MeasuredPath,
): { readonly stacks: readonly FoldedStack[]; readonly work: number } | undefined {
  const tree = profile.stacks.find((one) => one.mode === mode && one.path === path);
  return tree === undefined ? undefined : { stacks: unpackStacks(tree, profile.functions), work: tree.work };
}
