/**
 * The nodes, summed up: kinds of them, PodCIDRs, IP families.
 * @packageDocumentation
 */
import { groupBy } from "../model/grouped.js";
import type { Finding, Inspection, NodeKind } from "../model/inspection.js";
import { listed } from "../units/listed.js";
import type { ApiFacts, NodeView } from "./api-facts.js";

const EXAMPLES_OF_KIND = 3;
const EXAMPLES_OF_CIDRS = 8;

/** Nodes that are alike, the largest group first. */
export function nodeKinds(nodes: readonly NodeView[]): NodeKind[] {
  const groups = groupBy(nodes, ({ kernel, runtime, kubelet, architecture, os }) =>
    JSON.stringify([kernel, runtime, kubelet, architecture, os]),
  );
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .map((alike) => {
      const [{ kernel, runtime, kubelet, architecture, os }] = alike;
      const examples = alike.slice(0, EXAMPLES_OF_KIND).map(({ name }) => name);
      return { count: alike.length, examples, kernel, runtime, kubelet, architecture, os };
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

/** kubelet's words for it: of `--configure-cbr0` (1.2), and of kubenet after it. */
const WAITS_FOR_POD_CIDR = /PodCIDR not set|does not have pod CIDR|no pod CIDR/i;

/**
 * Nodes that are not ready and have no PodCIDR where they need one: their kubelet says that it waits for it, or other nodes have theirs. (Where no node has one,
 * the network has addresses of its own.)
 */
export function podCidrFindings(nodes: readonly NodeView[]): readonly Finding[] {
  const others = nodes.some(({ podCidrs }) => podCidrs.length > 0);
  const without = nodes.filter(
    ({ podCidrs, notReady }) => podCidrs.length === 0 && notReady !== "" && (others || WAITS_FOR_POD_CIDR.test(notReady)),
  );
  const [first] = without;
  if (first === undefined) return [];
  const names = without.slice(0, EXAMPLES_OF_KIND).map(({ name }) => name);
  const more = without.length - names.length;
  const who = listed(more === 0 ? names : [...names, `${String(more)} more`]);
  const text = `${who} ${without.length === 1 ? "is not ready and has" : "are not ready and have"} no PodCIDR (${first.notReady.replace(/\.$/, "")}): kube-controller-manager gives nodes one with --allocate-node-cidrs and --cluster-cidr, both of them, as long as that range has room`;
  return [{ claim: "podCidrs", text, from: `the Ready condition of node ${first.name}` }];
}

/** Families of the pods' addresses: of PodCIDRs and pools, else of pods that were seen. */
export function ipFamiliesOf({ nodes }: ApiFacts, pools: readonly string[], podAddresses: readonly string[]): Inspection["ipFamilies"] {
  const all = [...nodes.objects.flatMap(({ podCidrs }) => podCidrs), ...pools, ...podAddresses];
  return (["IPv4", "IPv6"] as const).filter((family) => all.some((one) => one.includes(":") === (family === "IPv6")));
}
