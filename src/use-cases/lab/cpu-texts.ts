/**
 * Reads what the machine's kernel counts for each CPU. Only reads: nothing of /proc/irq is touched.
 * @packageDocumentation
 */
import type { CpuTexts } from "../../interrupts/cpu-counters.js";
import { milliseconds } from "../../units/quantity.js";
import type { LabMachine } from "../../venues/lab/lab-agent.js";
import { usableCpus } from "../../venues/lab/steering.js";
import { RunError } from "../errors.js";

const PS_LIMIT = milliseconds(10_000);

/** The texts of this moment. */
export async function cpuTexts({ files, commands }: Pick<LabMachine, "files" | "commands">): Promise<CpuTexts> {
  const { stdout } = await commands.run({
    argv: ["ps", "-e", "-o", "pid=,comm="],
    reason: "find the kernel's softirq threads",
    timeout: PS_LIMIT,
  });
  const threads = [...stdout.matchAll(/^\s*(\d+) ksoftirqd\/(\d+)\s*$/gm)].map(([, pid = "", cpu = ""]) => ({ pid, cpu: Number(cpu) }));
  const read = async (path: string): Promise<string> => files.readText(path);
  return {
    softirqs: await read("/proc/softirqs"),
    interrupts: await read("/proc/interrupts"),
    softnet: await read("/proc/net/softnet_stat"),
    stat: await read("/proc/stat"),
    ksoftirqd: new Map(await Promise.all(threads.map(async ({ pid, cpu }) => [cpu, await read(`/proc/${pid}/stat`)] as const))),
  };
}

/** The most queues and bits of a mask that the experiment's layers take. */
const MOST_CPUS = 32;

/**
 * How many CPUs packets can be spread over: those that podwire may use, where they are the machine's first.
 * @throws RunError where there is one only, or where they are not the first
 */
export async function spreadableCpus({ files }: Pick<LabMachine, "files">): Promise<number> {
  const usable = usableCpus(await files.readText("/sys/devices/system/cpu/online"), await files.readText("/proc/self/status"));
  if (usable.length < 2) throw new RunError("spreading packets over CPUs needs two CPUs or more, and podwire may use one");
  if (usable.some((cpu, index) => cpu !== index))
    throw new RunError(`spreading packets over CPUs needs the first ones, and podwire may use ${usable.join(", ")} only`);
  return Math.min(MOST_CPUS, usable.length);
}
