// How long each way of writing kube-proxy's rules takes to load, by the number of Services: one variant at a time, its two nodes side by side.
//
//   npm run bench:services-load [-- --services 1000,10000,30000 --layers kube-proxy-iptables,kube-proxy-nftables]
//
// The default, 1,000 and 10,000, takes about two minutes; kube-proxy-iptables-nft:30000 alone takes more than five.
import { parseArgs } from "node:util";
import { resolveVariant } from "../../dist/variants/variant.js";
import { openLab } from "../../dist/venues/lab/lab-session.js";
import { watchMemory } from "./process-tree.mjs";
import { MACHINE } from "./real-lab.mjs";
import { machineFacts, record } from "./record.mjs";

const { values: flags } = parseArgs({
  options: {
    services: { type: "string", default: "1000,10000" },
    layers: { type: "string", default: "kube-proxy-iptables,kube-proxy-iptables-nft,kube-proxy-nftables" },
    mode: { type: "string", default: "flannel-host-gw" },
  },
});

/** @param {string} list */
const words = (list) => list.split(",").filter((word) => word !== "");

const machine = machineFacts();
/** @type {string[][]} */
const rows = [];
for (const layer of words(flags.layers)) {
  for (const count of words(flags.services)) {
    const name = `${flags.mode}+${layer}:${count}`;
    const stop = watchMemory(process.pid);
    const lab = await openLab(MACHINE, { modes: [resolveVariant(name)], links: ["open"], mtu: 1500, nodes: 2 });
    const peak = stop();
    const loads = lab.loads.get(name) ?? [];
    await lab.close();
    const failure = lab.failures[name]?.reason ?? lab.serviceFaults.get(name);
    const nodes = loads.map(({ node, seconds, steps }) => `${node} ${seconds.toFixed(2)} s in ${String(steps)}`).join(", ");
    rows.push([name, failure ?? nodes, `${String(Math.round(peak.treeBytes / 1e6))} MB`]);
  }
}
record({
  name: "services-load",
  machine,
  short: false,
  tables: [{ title: "Loading kube-proxy's rules", head: ["variant", "nodes", "at most, with podwire itself"], rows }],
  outcomes: [],
  figures: rows,
});
