/**
 * Receive packet steering of a device in the lab (Linux Documentation/networking/scaling.rst, "RPS").
 * @packageDocumentation
 */

import { allowedCpus, cpusIn } from "../agent/allowed-cpus.js";
import type { AgentClient } from "../agent/client.js";
import type { ReceiveSteering } from "../contract.js";

/** A device in a namespace of the lab, by its full name. */
export interface SteeredDevice {
  readonly namespace: string;
  readonly device: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Lets a device hand its frames to all CPUs that podwire may use but one. `ip netns exec` mounts the sysfs of the namespace for as long as the command runs:
 * a sysfs shows the devices of the namespace in which it was mounted.
 */
export async function steer(
  agent: AgentClient,
  root: boolean,
  { namespace, device }: SteeredDevice,
  generatorCpu: number,
): Promise<ReceiveSteering> {
  if (!root) {
    return {
      steered: false,
      reason: "needs root: the kernel does not allow setting rps_cpus of a device from a user namespace",
    };
  }
  const usable = usableCpus(await textOf(agent, "/sys/devices/system/cpu/online"), await textOf(agent, "/proc/self/status"));
  if (!usable.includes(generatorCpu))
    return { steered: false, reason: `needs CPU ${String(generatorCpu)}, which the generator binds itself to and podwire may not use` };
  const cpus = cpuMask(usable.filter((cpu) => cpu !== generatorCpu));
  if (cpus === undefined) return { steered: false, reason: "needs two CPUs: one that sends and another that receives" };
  const script = 'for queue in "/sys/class/net/$1"/queues/rx-*; do echo "$2" > "$queue/rps_cpus" || exit 1; done';
  const argv = ["ip", "netns", "exec", namespace, "sh", "-c", script, "sh", device, cpus] as const;
  const outcome = await agent.order<"run">({ kind: "run", argv, timeout: TIMEOUT_MS });
  if (outcome.exitCode === 0) return { steered: true, device: `${namespace} ${device}`, cpus };
  return { steered: false, reason: `rps_cpus of ${device} cannot be set: ${outcome.startError ?? outcome.stderr.trim()}` };
}

async function textOf(agent: AgentClient, path: string): Promise<string> {
  return (await agent.order<"run">({ kind: "run", argv: ["cat", path], timeout: TIMEOUT_MS })).stdout;
}

/** The CPUs that are online and allowed, from the kernel's list of the former and the text of /proc/PID/status. */
export function usableCpus(online: string, status: string): readonly number[] {
  const allowed = allowedCpus(status);
  return cpusIn(online).filter((cpu) => allowed?.includes(cpu) ?? true);
}

/** CPUs as the kernel's mask: groups of 32 in hexadecimal, the highest first (`bitmap_parse`). Undefined for none. */
export function cpuMask(cpus: readonly number[]): string | undefined {
  if (cpus.length === 0) return undefined;
  const words = new Array<number>(Math.floor(Math.max(...cpus) / 32) + 1).fill(0);
  for (const cpu of cpus) words[Math.floor(cpu / 32)] = ((words[Math.floor(cpu / 32)] ?? 0) | (1 << (cpu % 32))) >>> 0;
  return words
    .reverse()
    .map((word, index) => (index === 0 ? word.toString(16) : word.toString(16).padStart(8, "0")))
    .join(",");
}
