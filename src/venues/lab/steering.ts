/**
 * Receive packet steering of a device in the lab (Linux Documentation/networking/scaling.rst, "RPS").
 * @packageDocumentation
 */

import type { AgentClient } from "../agent/client.js";
import type { ReceiveSteering } from "../contract.js";

/** A device in a namespace of the lab, by its full name. */
export interface SteeredDevice {
  readonly namespace: string;
  readonly device: string;
}

const TIMEOUT_MS = 10_000;

/**
 * Lets a device hand its frames to all CPUs but one. `ip netns exec` mounts the sysfs of the namespace for as long as the command runs:
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
      reason: "needs root: the kernel lets nobody in a user namespace say which CPUs receive (rps_cpus of a device)",
    };
  }
  const online = await agent.order<"run">({ kind: "run", argv: ["cat", "/sys/devices/system/cpu/online"], timeout: TIMEOUT_MS });
  const cpus = cpuMask(cpusIn(online.stdout).filter((cpu) => cpu !== generatorCpu));
  if (cpus === undefined) return { steered: false, reason: "needs two CPUs: one that sends and another that receives" };
  const script = 'for queue in "/sys/class/net/$1"/queues/rx-*; do echo "$2" > "$queue/rps_cpus" || exit 1; done';
  const argv = ["ip", "netns", "exec", namespace, "sh", "-c", script, "sh", device, cpus] as const;
  const outcome = await agent.order<"run">({ kind: "run", argv, timeout: TIMEOUT_MS });
  if (outcome.exitCode === 0) return { steered: true, device: `${namespace} ${device}`, cpus };
  return { steered: false, reason: `rps_cpus of ${device} cannot be set: ${outcome.startError ?? outcome.stderr.trim()}` };
}

/** The numbers in a kernel's list of CPUs: `0-3,8`. */
export function cpusIn(list: string): readonly number[] {
  return list
    .trim()
    .split(",")
    .filter((range) => range !== "")
    .flatMap((range) => {
      const [first = Number.NaN, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
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
