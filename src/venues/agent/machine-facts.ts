/**
 * Reads what a machine and its tools say of themselves: the facts that explain a figure, in every venue.
 * @packageDocumentation
 */
import type { NodeFacts } from "../contract.js";
import type { RunOutcome } from "./protocol.js";

/** A tool and how it is asked for its version. */
export type VersionQuestion = readonly [string, ...string[]];

/** The tools that measure. */
export const MEASURING_TOOLS: readonly VersionQuestion[] = [
  ["iperf3", "--version"],
  ["nginx", "-v"],
  ["ab", "-V"],
  ["sockperf", "--version"],
  ["trafgen", "--version"],
  ["ping", "-V"],
  ["ip", "-V"],
];

/** Texts of /proc: sys/kernel/osrelease, cpuinfo, loadavg, meminfo. */
export interface MachineTexts {
  readonly kernel?: string | undefined;
  readonly cpuinfo?: string | undefined;
  readonly load?: string | undefined;
  readonly memory?: string | undefined;
}

/** Kernel, CPU, memory and load; what a text does not tell is `unknown`. */
export function parseMachine({ kernel = "", cpuinfo = "", load = "", memory = "" }: MachineTexts): NodeFacts {
  return {
    kernel: kernel.trim() || "unknown",
    ...parseCpuInfo(cpuinfo),
    memory: /^MemTotal:\s*(.*)$/m.exec(memory)?.[1] ?? "unknown",
    "load average": load.trim().split(" ").slice(0, 3).join(" ") || "unknown",
  };
}

/** CPU model and number from /proc/cpuinfo; other architectures than x86 name the model otherwise or not at all. */
export function parseCpuInfo(text: string): { readonly cpu: string; readonly cpus: string } {
  const model = /^(?:model name|Model|Hardware|cpu model|cpu)\s*:\s*(.*)$/m.exec(text)?.[1];
  return { cpu: model?.trim() ?? "unknown", cpus: String(text.match(/^processor\s*:/gm)?.length ?? 0) };
}

/** The line by which a tool states its version: one that says so or names the tool, or else the first that holds a number. Some use standard error. */
export function versionOf(tool: string, outcome: RunOutcome): string {
  if (outcome.startError !== undefined) return "not installed";
  const lines = `${outcome.stdout}\n${outcome.stderr}`
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => /\d/.test(line));
  return lines.find((line) => line.startsWith(tool) || /version \S*\d|version: \S*\d/i.test(line)) ?? lines[0] ?? "unknown";
}

/** `name = value` lines, as sysctl(8) prints them. */
export function parseSysctls(text: string): NodeFacts {
  const facts: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const match = /^(\S+) = (.*)$/.exec(line);
    if (match?.[1] !== undefined) facts[match[1]] = (match[2] ?? "").replaceAll("\t", " ").trim();
  }
  return facts;
}
