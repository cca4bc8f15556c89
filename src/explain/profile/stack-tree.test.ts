import fc from "fast-check";
import { expect, test } from "vitest";
import { sample } from "../../../test/synthetic/profile.js";
import { type DifferenceNode, differenceTree } from "./difference-tree.js";
import { foldStacks, toolsOf } from "./fold.js";
import { NameTable, packStacks, type StackNode, treeOf, unpackStacks } from "./stack-tree.js";

const stacks = fc.array(sample).map((samples) => foldStacks(samples, toolsOf(["ab"])));
const texts = (some: ReturnType<typeof unpackStacks>) => some.map(({ stack, weight }) => `${stack.join(";")} ${String(weight)}`).sort();

test("packed stacks are unpacked as they were", () => {
  fc.assert(
    fc.property(stacks, (some) => {
      const names = new NameTable();
      const nodes = packStacks(some, names);
      expect(texts(unpackStacks({ nodes }, names.names))).toEqual(texts(some));
      expect(nodes.every(([parent], place) => parent < place)).toBe(true);
    }),
  );
});

test("a tree's root has all of the weight, and each node that of its children and its own", () => {
  const sound = ({ self, total, children }: StackNode): boolean =>
    total === children.reduce((sum, child) => sum + child.total, self) && children.every(sound);
  fc.assert(
    fc.property(stacks, (some) => {
      const tree = treeOf(some, "all");
      expect(tree.total).toBe(some.reduce((sum, { weight }) => sum + weight, 0));
      expect(sound(tree)).toBe(true);
    }),
  );
});

test("laid on each other, each side keeps its own figures", () => {
  const nodes = (tree: DifferenceNode): readonly DifferenceNode[] => [tree, ...tree.children.flatMap(nodes)];
  fc.assert(
    fc.property(stacks, stacks, (host, variant) => {
      const laid = differenceTree({ tree: treeOf(host, "all"), by: 2 }, { tree: treeOf(variant, "all"), by: 4 });
      expect(laid.host).toBe(treeOf(host, "all").total / 2);
      expect(laid.variant).toBe(treeOf(variant, "all").total / 4);
      for (const node of nodes(laid)) {
        const below = (side: "host" | "variant"): number => node.children.reduce((sum, child) => sum + child[side], 0);
        expect(below("host")).toBeLessThanOrEqual(node.host * (1 + 1e-9));
        expect(below("variant")).toBeLessThanOrEqual(node.variant * (1 + 1e-9));
      }
    }),
  );
});
