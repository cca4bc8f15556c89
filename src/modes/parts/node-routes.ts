/**
 * Routes between nodes that share one L2 segment: each peer's pods lie behind its address.
 * @packageDocumentation
 */
import type { RouteStep, Topology } from "../../model/wiring.js";
import { nodeAddress } from "./addresses.js";
import { CUBIC } from "./congestion.js";
import { nodeIndexes, nodeName } from "./underlay.js";

/**
 * One route for each other node's pods.
 * @param prefix - what lies behind a node.
 * @param words - further route words of the product, e.g. `["proto", "bird"]`.
 */
export function peerRoutes(
  topology: Topology,
  index: number,
  prefix: (peer: number) => string,
  words: readonly string[] = [],
): RouteStep[] {
  return nodeIndexes(topology)
    .filter((peer) => peer !== index)
    .map((peer) => ({
      kind: "route",
      in: nodeName(index),
      to: prefix(peer),
      options: ["via", nodeAddress(peer), "dev", "eth0", ...words, ...CUBIC],
      reason: `pods of ${nodeName(peer)} by way of its address`,
    }));
}
