/**
 * Routes that daemons learn from each other.
 */
import { until } from "../api.mjs";
import { inNodeText } from "../fabric.mjs";

/**
 * Resolves when every node has a route to each other node's pods.
 * @param {readonly import("../pod-network.mjs").Node[]} nodes
 * @param {string} protocol as `ip route` names it
 */
export async function routesLearned(nodes, protocol) {
  for (const node of nodes) {
    const wanted = nodes.filter((other) => other !== node).flatMap(({ podCidrs }) => podCidrs);
    await until(`routes to other nodes' pods on ${node.name}`, async () => {
      const routes = await inNodeText(node.name, ["ip", "route", "show", "proto", protocol]);
      return wanted.every((cidr) => routes.includes(`${cidr} via `)) ? true : undefined;
    });
  }
}
