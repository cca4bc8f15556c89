/**
 * What of the nodes explains a figure. No host names, no environment variables.
 * @packageDocumentation
 */

import { MEASURING_TOOLS, parseMachine, parseSysctls, versionOf } from "../../agent/machine-facts.js";
import type { NodeFacts } from "../../contract.js";
import { type PodAgent, runIn } from "../pod-agent.js";

const SYSCTLS = [
  "net.core.default_qdisc",
  "net.core.rmem_max",
  "net.core.wmem_max",
  "net.core.netdev_max_backlog",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
  "net.core.somaxconn",
  "net.netfilter.nf_conntrack_max",
  "net.netfilter.nf_conntrack_buckets",
] as const;

/** Facts of the machine, by name; read on each node. */
async function machineFacts({ client }: PodAgent): Promise<NodeFacts> {
  const read = async (path: string): Promise<string> => (await runIn(client, ["cat", path])).stdout;
  const [kernel, cpuinfo, load, memory, sysctls] = await Promise.all([
    read("/proc/sys/kernel/osrelease"),
    read("/proc/cpuinfo"),
    read("/proc/loadavg"),
    read("/proc/meminfo"),
    runIn(client, ["sysctl", "--ignore", ...SYSCTLS]),
  ]);
  return { ...parseMachine({ kernel, cpuinfo, load, memory }), ...parseSysctls(sysctls.stdout) };
}

async function toolVersions({ client }: PodAgent): Promise<NodeFacts> {
  const versions = MEASURING_TOOLS.map(async (argv) => [argv[0], versionOf(argv[0], await runIn(client, argv))] as const);
  return Object.fromEntries(await Promise.all(versions));
}

/** Facts of both nodes: what they share stands once, what they differ in once for each, named by its letter. */
export async function gatherFacts(agents: readonly PodAgent[], congestion: ReadonlyMap<string, string>): Promise<NodeFacts> {
  const onePerNode = [...new Map(agents.map((agent) => [agent.pod.node, agent])).values()];
  const [tools, ...nodes] = await Promise.all([first(onePerNode, toolVersions), ...onePerNode.map(machineFacts)]);
  return { ...byNode(nodes), ...tools, "congestion control": congestionSentence(congestion) };
}

async function first(agents: readonly PodAgent[], look: (agent: PodAgent) => Promise<NodeFacts>): Promise<NodeFacts> {
  const [agent] = agents;
  return agent === undefined ? {} : look(agent);
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Facts that all nodes share, and the others by node. */
export function byNode(nodes: readonly NodeFacts[]): NodeFacts {
  const [one = {}, ...others] = nodes;
  const facts: Record<string, string> = { ...one };
  for (const [place, node] of others.entries()) {
    for (const [name, value] of Object.entries(node)) {
      if (one[name] !== value) facts[`${name} (node ${LETTERS[place + 1] ?? String(place + 2)})`] = value;
    }
  }
  return facts;
}

/** One congestion control is usual; where ends differ they are named. */
export function congestionSentence(congestion: ReadonlyMap<string, string>): string {
  const names = new Set(congestion.values());
  const [only] = names;
  if (names.size === 1 && only !== undefined) return `${only} in every pod and on every host (the nodes' own)`;
  return [...congestion].map(([pod, name]) => `${name} in ${pod}`).join("; ");
}
