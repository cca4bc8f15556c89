/**
 * From nodes and cluster as they were given to nodes with their PodCIDRs: allocated where they have none, and checked against everything else.
 * @packageDocumentation
 */
import { addressesOf, type PlacedNode } from "../contract.js";
import { RenderError } from "../errors.js";
import type { Cluster, Segment } from "../inputs/cluster-file.js";
import type { NodeEntry } from "../inputs/nodes-file.js";
import type { PodPlace } from "../mode-kinds.js";
import { allocate, type Pool } from "./allocate.js";
import {
  addressText,
  contains,
  firstOverlap,
  type HostAddress,
  linkOf,
  type Named,
  outermost,
  overlap,
  type Prefix,
  prefixText,
} from "./prefix.js";

/** kube-controller-manager's `--node-cidr-mask-size-ipv4` and `-ipv6` where nothing is said. */
const DEFAULT_MASK = 24;
const DEFAULT_MASK6 = 64;

/**
 * Nodes with a PodCIDR of each family that pods have, or with their slice of the segment.
 * @throws RenderError where something overlaps, lies outside or does not fit; both sides are named
 */
export function placeNodes(nodes: readonly NodeEntry[], cluster: Cluster, pods: PodPlace, mode: string): readonly PlacedNode[] {
  requireApart(nodes, cluster, pods);
  if (pods === "hidden") return nodes.map((node) => ({ ...node, podCIDRs: [] }));
  if (nodes.length === 0) return [];
  const pools = pods === "routed" ? routedPools(nodes, cluster) : [slicePool(cluster, nodes, pods, mode)];
  const blocks = pools.map((pool) =>
    allocate(
      pool,
      nodes.map((node) => claimOf(node, pool)),
    ),
  );
  const placed = nodes.map((node, index) => ({
    ...node,
    podCIDRs: pools.length === 0 ? node.podCIDRs : blocks.flatMap((family) => family[index] ?? []),
  }));
  requireFree(placed, cluster, pods);
  return placed;
}

const claimOf = ({ name, podCIDRs }: NodeEntry, { prefix }: Pool): { node: string; given?: Prefix } => {
  const given = podCIDRs.find(({ family }) => family === prefix.family);
  return { node: name, ...(given === undefined ? {} : { given }) };
};

/** Without `podCIDRs` the nodes' own are the authority, and then each node must have them. */
function routedPools(nodes: readonly NodeEntry[], cluster: Cluster): readonly Pool[] {
  const { podCIDRs, nodeMask = DEFAULT_MASK, nodeMask6 = DEFAULT_MASK6 } = cluster;
  if (podCIDRs === undefined) {
    const bare = nodes.find((node) => node.podCIDRs.length === 0);
    if (bare !== undefined)
      throw new RenderError(`${bare.name} has no PodCIDR, and cluster.yaml has no podCIDRs that one could be taken from`);
    return [];
  }
  for (const node of nodes) {
    const stranger = node.podCIDRs.find(({ family }) => !podCIDRs.some((one) => one.family === family));
    if (stranger !== undefined)
      throw new RenderError(
        `the PodCIDR ${prefixText(stranger)} of ${node.name} lies outside of podCIDRs ${podCIDRs.map(prefixText).join(", ")}`,
      );
  }
  return podCIDRs.map((prefix) => ({
    field: "podCIDRs",
    prefix,
    ...(prefix.family === "ipv4" ? { mask: nodeMask, maskField: "nodeMask" } : { mask: nodeMask6, maskField: "nodeMask6" }),
  }));
}

function slicePool({ segment, nodeMask, nodeMask6 }: Cluster, nodes: readonly NodeEntry[], pods: PodPlace, mode: string): Pool {
  if (segment === undefined) throw new RenderError(`${mode} gives pods addresses of a segment, and cluster.yaml has no segment`);
  const v4 = segment.podRange.family === "ipv4";
  const maskField = v4 ? "nodeMask" : "nodeMask6";
  const mask = v4 ? nodeMask : nodeMask6;
  if (mask === undefined)
    throw new RenderError(
      `${mode} gives each node a slice of segment.podRange, and cluster.yaml has no ${maskField}, the slice's length: 28 is 16 pods a node`,
    );
  if (pods === "nodes-segment") requireOnSegment(nodes, segment, mode);
  return { field: "segment.podRange", prefix: segment.podRange, mask, maskField };
}

function requireOnSegment(nodes: readonly NodeEntry[], segment: Segment, mode: string): void {
  for (const node of nodes) {
    const own = addressesOf(node).find(({ family }) => family === segment.cidr.family);
    if (own === undefined || !contains(segment.cidr, hostOf(own)))
      throw new RenderError(
        `${mode} puts pods on the nodes' segment, and ${node.name} (${addressText(own ?? node.address)}) lies outside of segment.cidr ${prefixText(segment.cidr)}`,
      );
    if (contains(segment.podRange, hostOf(own)))
      throw new RenderError(
        `the address ${addressText(own)} of ${node.name} lies in segment.podRange ${prefixText(segment.podRange)}, from which pods take theirs`,
      );
  }
}

const hostOf = ({ family, value }: HostAddress): Prefix => ({ family, base: value, length: family === "ipv4" ? 32 : 128 });

/** Pods, Services and nodes are told from each other by their addresses alone. */
function requireApart(nodes: readonly NodeEntry[], { podCIDRs = [], serviceCIDRs = [], segment }: Cluster, pods: PodPlace): void {
  const field = (name: string, prefixes: readonly Prefix[]): Named[] =>
    prefixes.map((prefix) => ({ name: `${name} ${prefixText(prefix)}`, prefix }));
  const services = field("serviceCIDRs", serviceCIDRs);
  const links = linksOf(nodes);
  const routed = pods === "routed" ? field("podCIDRs", podCIDRs) : [];
  const segments = segment === undefined || pods === "routed" || pods === "hidden" ? [] : field("segment.cidr", [segment.cidr]);
  const groups = [routed, services, segments, links];
  for (const [index, group] of groups.entries()) {
    for (const other of groups.slice(index + 1)) {
      // Pods on the nodes' own segment share it with them: that is what the mode is.
      if (pods === "nodes-segment" && group === segments && other === links) continue;
      requireNone(group, other);
    }
  }
}

function requireNone(group: readonly Named[], other: readonly Named[]): void {
  for (const one of group) {
    const clash = other.find(({ prefix }) => overlap(one.prefix, prefix));
    if (clash !== undefined) throw new RenderError(`${one.name} and ${clash.name} overlap`);
  }
}

/** Networks that nodes are on, each once; a node whose link's length is not said stands for itself. */
function linksOf(nodes: readonly NodeEntry[]): readonly Named[] {
  const links = new Map<string, Named>();
  for (const node of nodes) {
    for (const address of addressesOf(node)) {
      const prefix = linkOf(address);
      const text = prefixText(prefix);
      if (!links.has(text))
        links.set(text, {
          name:
            address.length === undefined ? `the address ${addressText(address)} of ${node.name}` : `the network ${text} of ${node.name}`,
          prefix,
        });
    }
  }
  return [...links.values()];
}

function requireFree(nodes: readonly PlacedNode[], { serviceCIDRs = [] }: Cluster, pods: PodPlace): void {
  const what = pods === "routed" ? "the PodCIDR" : "the slice";
  const named = nodes.flatMap(({ name, podCIDRs }) =>
    podCIDRs.map((prefix): Named => ({ name: `${what} ${prefixText(prefix)} of ${name}`, prefix })),
  );
  const services = serviceCIDRs.map((prefix): Named => ({ name: `serviceCIDRs ${prefixText(prefix)}`, prefix }));
  const clash = firstOverlap(pods === "routed" ? [...named, ...outermost([...linksOf(nodes), ...services])] : named);
  if (clash !== undefined) throw new RenderError(`${clash[0].name} and ${clash[1].name} overlap`);
}
