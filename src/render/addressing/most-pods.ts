/**
 * How many pods a node has addresses for.
 * @packageDocumentation
 */
import type { PlacedNode } from "../contract.js";
import { sizeOf } from "./prefix.js";

/** Kubernetes' own limit for a node, and kubelet's default. */
export const MOST_PODS = 110;
/** Of a block: the network's own address, the gateway's, and the last one. */
const NOT_FOR_PODS = 3n;

/** As many as the smallest of its blocks has addresses for. */
export const mostPods = ({ podCIDRs }: Pick<PlacedNode, "podCIDRs">): number =>
  podCIDRs
    .map((prefix) => sizeOf(prefix) - NOT_FOR_PODS)
    .reduce((least, room) => (room < BigInt(least) ? Math.max(1, Number(room)) : least), MOST_PODS);
