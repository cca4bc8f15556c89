/**
 * What of the machine and the lab explains a figure. No host names, no environment variables.
 * @packageDocumentation
 */

import { mtuSentence } from "../../model/path-mtu.js";
import type { AgentClient } from "../agent/client.js";
import { MEASURING_TOOLS, parseMachine, parseSysctls, type VersionQuestion, versionOf } from "../agent/machine-facts.js";
import type { NodeFacts } from "../contract.js";
import type { LabMachine } from "./lab-agent.js";
import type { ReadyPath } from "./reach.js";

/** How each tool is asked for its version. */
const VERSIONS: readonly VersionQuestion[] = [...MEASURING_TOOLS, ["iptables", "--version"]];

const SYSCTLS: readonly string[] = [
  "net.core.default_qdisc",
  "net.core.rmem_max",
  "net.core.wmem_max",
  "net.core.netdev_max_backlog",
  "net.ipv4.tcp_available_congestion_control",
  "net.ipv4.tcp_congestion_control",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_wmem",
  "net.ipv4.tcp_no_metrics_save",
  "net.ipv4.tcp_max_tw_buckets",
  "net.ipv4.tcp_slow_start_after_idle",
  "net.ipv4.tcp_ecn",
  "net.ipv4.tcp_timestamps",
  "net.ipv4.tcp_sack",
  "net.ipv4.ip_local_port_range",
  "net.core.somaxconn",
];

const TIMEOUT_MS = 5_000;

/** Gathers the facts; what cannot be found out is `unknown` or absent, with the rest untouched. */
export async function gatherFacts(machine: LabMachine, agent: AgentClient, paths: readonly ReadyPath[]): Promise<NodeFacts> {
  const [hardware, tools, kernel] = await Promise.all([machineFacts(machine), toolVersions(agent), namespaceFacts(agent, paths)]);
  return {
    ...hardware,
    ...kernel,
    ...tools,
    "congestion control": congestionControl(paths),
    ...mtuOfPaths(paths),
    "runs as": machine.root ? "root" : "ordinary user",
  };
}

async function machineFacts({ files }: LabMachine): Promise<NodeFacts> {
  const [kernel, cpuinfo, load, memory] = await Promise.all(
    ["/proc/sys/kernel/osrelease", "/proc/cpuinfo", "/proc/loadavg", "/proc/meminfo"].map(async (path) => files.readText(path)),
  );
  return parseMachine({ kernel, cpuinfo, load, memory });
}

async function toolVersions(agent: AgentClient): Promise<NodeFacts> {
  const versions = await Promise.all(
    VERSIONS.map(async (argv) => [argv[0], await agent.order<"run">({ kind: "run", argv, timeout: TIMEOUT_MS })] as const),
  );
  return Object.fromEntries(versions.map(([tool, outcome]) => [tool, versionOf(tool, outcome)]));
}

async function namespaceFacts(agent: AgentClient, paths: readonly ReadyPath[]): Promise<NodeFacts> {
  const link = paths.find(({ path }) => path.from.kind === "host")?.path;
  if (link === undefined) return {};
  const namespace = link.from.id.replaceAll("/", ".");
  const [sysctls, offloads] = await Promise.all([
    agent.order<"run">({ kind: "run", argv: ["sysctl", "--ignore", ...SYSCTLS], namespace, timeout: TIMEOUT_MS }),
    agent.order<"run">({ kind: "run", argv: ["ethtool", "-k", link.frame.device], namespace, timeout: TIMEOUT_MS }),
  ]);
  return { ...parseSysctls(sysctls.stdout), [`offloads of ${link.frame.device}`]: parseOffloads(offloads.stdout) };
}

/** Features that `ethtool -k` shows as on and as off but changeable, in one line. */
export function parseOffloads(text: string): string {
  const features = [...text.matchAll(/^\s*([\w-]+): (on|off)(.*)$/gm)];
  const on = features.filter(([, , state]) => state === "on").map(([, name = ""]) => name);
  const off = features.filter(([, , state, note]) => state === "off" && !note?.includes("fixed")).map(([, name = ""]) => name);
  return features.length === 0 ? "unknown" : `on: ${on.join(" ")}; off: ${off.join(" ")}`;
}

/** What the kernels of the paths' ends put into one packet, and beside it what was planned where that is something else. */
export function mtuOfPaths(paths: readonly ReadyPath[]): NodeFacts {
  const known = paths.flatMap(({ path: { id, mtu, kernelMtu } }) =>
    kernelMtu === undefined ? [] : [{ id, planned: mtu, mtu: kernelMtu }],
  );
  if (known.length === 0) return {};
  const unplanned = known.filter(({ planned, mtu }) => planned !== mtu.bytes);
  const but = unplanned.map(({ id, planned }) => `; planned were ${String(planned)} bytes on ${id}`).join("");
  return { "MTU of paths": `${mtuSentence(known)}${but}` };
}

/** One congestion control is meant to be on every path; where it is not, the paths are named. */
export function congestionControl(paths: readonly ReadyPath[]): string {
  const byName = new Map<string, string[]>();
  for (const { path, congestionControl: name = "the kernel's default" } of paths) byName.set(name, [...(byName.get(name) ?? []), path.id]);
  const [only] = byName.keys();
  if (byName.size === 1 && only !== undefined) return `${only} on every path`;
  return [...byName].map(([name, ids]) => `${name} on ${ids.join(", ")}`).join("; ");
}
