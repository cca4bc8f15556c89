/**
 * The nodes, summed up: kinds of them, PodCIDRs, IP families.
 * @packageDocumentation
 */
import type { Inspection, NodeKind } from "../model/inspection.js";
import type { ApiFacts, NodeView } from "./api-facts.js";

const EXAMPLES_OF_KIND = 3;
const EXAMPLES_OF_CIDRS = 8;

/** Nodes that are alike, the largest group first. */
export function nodeKinds(nodes: readonly NodeView[]): NodeKind[] {
  const groups = new Map<string, NodeView[]>();
  for (const node of nodes) {
    const key = JSON.stringify([node.kernel, node.runtime, node.kubelet, node.architecture, node.os]);
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((alike): NodeKind[] => {
      const [first] = alike;
      if (first === undefined) return [];
      const { kernel, runtime, kubelet, architecture, os } = first;
      return [
        {
          count: alike.length,
          examples: alike.slice(0, EXAMPLES_OF_KIND).map(({ name }) => name),
          kernel,
          runtime,
          kubelet,
          architecture,
          os,
        },
      ];
    });
}

/** PodCIDRs, and the ranges they come from. */
export function podCidrsOf(nodes: readonly NodeView[], pools: readonly string[]): Inspection["podCidrs"] {
  const having = nodes.filter(({ podCidrs }) => podCidrs.length > 0);
  return {
    pools: [...pools],
    nodes: having.length,
    examples: having.slice(0, EXAMPLES_OF_CIDRS).map(({ name, podCidrs }) => ({ node: name, cidrs: [...podCidrs] })),
  };
}

/** Families of the pods' addresses: of PodCIDRs and pools, else of pods that were seen. */
export function ipFamiliesOf({ nodes }: ApiFacts, pools: readonly string[], podAddresses: readonly string[]): Inspection["ipFamilies"] {
  const all = [...nodes.objects.flatMap(({ podCidrs }) => podCidrs), ...pools, ...podAddresses];
  return (["IPv4", "IPv6"] as const).filter((family) => all.some((one) => one.includes(":") === (family === "IPv6")));
}
