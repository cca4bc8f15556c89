/**
 * What the agent sees of its machine and its own network namespace.
 * @packageDocumentation
 */
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, release } from "node:os";
import type { AgentFacts } from "../protocol.js";

/** Reads the facts; throws with the kernel's words where a file that every kernel has is kept away. */
export function readFacts(): AgentFacts {
  const model = cpus()[0]?.model.trim();
  return {
    bootId: line("/proc/sys/kernel/random/boot_id"),
    kernel: release(),
    architecture: process.arch,
    cpus: availableParallelism(),
    ...(model === undefined || model === "" || model === "unknown" ? {} : { cpuModel: model }),
    congestionControl: line("/proc/sys/net/ipv4/tcp_congestion_control"),
    user: process.getuid?.() ?? 0,
    capabilities: /^CapEff:\s*(\S+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0",
  };
}

const line = (path: string): string => readFileSync(path, "utf8").trim();
