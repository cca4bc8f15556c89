/**
 * Pod routes by BGP, as Calico's routed mode has them: BIRD on every node, each beside each other one. The CNI is Debian's `bridge`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** For private use (RFC 6996). */
const AS = "64512";

/** @typedef {import("../pod-network.mjs").Node} Node */

/**
 * @param {Node} node
 * @param {readonly Node[]} others
 */
function configuration(node, others) {
  return [
    `router id ${node.address};`,
    "protocol device {}",
    // Without it the next hops of routes are not resolved.
    'protocol direct { ipv4; interface "eth0"; }',
    "protocol static own {",
    "  ipv4;",
    // Told to the others, never to this kernel, which has the bridge's own route.
    ...node.podCidrs.map((cidr) => `  route ${cidr} unreachable;`),
    "}",
    "protocol kernel { ipv4 { export filter { if source = RTS_BGP then accept; reject; }; }; }",
    ...others.flatMap((other) => [
      `protocol bgp ${other.name.replace("-", "_")} {`,
      `  local ${node.address} as ${AS};`,
      `  neighbor ${other.address} as ${AS};`,
      "  ipv4 { import all; export where source = RTS_STATIC; next hop self; };",
      "}",
    ]),
    "",
  ].join("\n");
}

/**
 * @param {import("../settings.mjs").Settings} settings
 * @param {readonly Node[]} nodes
 * @param {import("../processes.mjs").Processes} processes
 */
export function startBird({ state }, nodes, processes) {
  for (const node of nodes) {
    const file = join(state, node.name, "bird.conf");
    const others = nodes.filter((other) => other !== node);
    writeFileSync(file, configuration(node, others));
    processes.start({ name: "bird", node: node.name, argv: ["bird", "-f", "-c", file, "-s", "/run/bird.ctl"] });
  }
}
