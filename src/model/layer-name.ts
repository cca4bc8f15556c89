/**
 * What a pod's way is made of, by names that the waterfall and the CPU profile share, so that the two can be read line by line.
 * @packageDocumentation
 */

/** Every layer but the rulesets, in the order in which a ladder puts them on. */
const LAYERS = [
  ["namespace-veth", "namespace and its link"],
  ["routing", "routing by the node"],
  ["ebpf-routing", "routing by eBPF programs"],
  ["bridge", "bridge"],
  ["br-netfilter", "br_netfilter"],
  ["conntrack", "conntrack"],
  ["masquerade", "masquerading"],
  ["mtu", "smaller MTU"],
  ["encapsulation", "encapsulation"],
  ["offload", "offload lost"],
  ["crypto", "encryption"],
  ["service-nat", "Service NAT"],
] as const;

/** Stands before the owner of a ruleset. */
const RULESET = "ruleset:";

/** A layer: one of the fixed ones, or the rules of one owner: `ruleset:flannel`. The names are a contract: they stand in explanations. */
export type LayerName = (typeof LAYERS)[number][0] | `${typeof RULESET}${string}`;

/** The layer that the rules of one product make. */
export const rulesetLayer = (owner: string): LayerName => `${RULESET}${owner}`;

/** The owner of a ruleset's layer; of any other layer, nothing. */
export const ownerOfLayer = (layer: string): string | undefined => (layer.startsWith(RULESET) ? layer.slice(RULESET.length) : undefined);

/** Where a layer stands in a ladder: a smaller number is nearer to the bare host. Rulesets stand between conntrack and masquerading. */
export function placeOfLayer(layer: LayerName): number {
  const fixed = LAYERS.findIndex(([name]) => name === layer);
  return fixed >= 0 ? fixed : LAYERS.findIndex(([name]) => name === "conntrack") + 0.5;
}

/** A layer as reports call it: `bridge`, `rules of flannel`. */
export function layerTitle(layer: string): string {
  const owner = ownerOfLayer(layer);
  if (owner !== undefined) return `rules of ${owner}`;
  return LAYERS.find(([name]) => name === layer)?.[1] ?? layer;
}
