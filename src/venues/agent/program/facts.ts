/**
 * What the agent sees of its machine and its own network namespace.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release } from "node:os";
import type { TrackedConnections } from "../../contract.js";
import type { AgentFacts } from "../protocol.js";

const CONNTRACK = "/proc/sys/net/netfilter/nf_conntrack_";

/** Reads the facts; throws with the kernel's words where a file that every kernel has is kept away. */
export function readFacts(): AgentFacts {
  const model = cpus()[0]?.model.trim();
  const status = readFileSync("/proc/self/status", "utf8");
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(status)?.[1];
  const tracked = trackedConnections();
  return {
    bootId: line("/proc/sys/kernel/random/boot_id"),
    kernel: release(),
    architecture: process.arch,
    cpus: availableParallelism(),
    ...(model === undefined || model === "" || model === "unknown" ? {} : { cpuModel: model }),
    congestionControl: line("/proc/sys/net/ipv4/tcp_congestion_control"),
    user: process.getuid?.() ?? 0,
    capabilities: /^CapEff:\s*(\S+)$/m.exec(status)?.[1] ?? "0",
    ...(allowed === undefined ? {} : { allowedCpus: allowed }),
    ...(tracked === undefined ? {} : { tracked }),
  };
}

const line = (path: string): string => readFileSync(path, "utf8").trim();

/** Files of /proc/sys/net show the namespace of the process that opens them. */
function trackedConnections(): TrackedConnections | undefined {
  try {
    const [entries, most] = ["count", "max"].map((name) => Number(line(`${CONNTRACK}${name}`)));
    // A limit of 0 is none.
    return entries === undefined || most === undefined || most === 0 ? undefined : { entries, most };
  } catch {
    // The module is not there, or the container's runtime keeps its settings away.
    return undefined;
  }
}
