/**
 * What the kernel counts for each CPU: kinds of softirqs, interrupts, packets of the backlog, time.
 * @packageDocumentation
 */
import type { CpuWork } from "../model/irq-experiment.js";

/** Texts of the machine's files at one moment. */
export interface CpuTexts {
  /** /proc/softirqs, /proc/interrupts, /proc/net/softnet_stat and /proc/stat. */
  readonly softirqs: string;
  readonly interrupts: string;
  readonly softnet: string;
  readonly stat: string;
  /** By CPU: /proc/PID/stat of its ksoftirqd. */
  readonly ksoftirqd: ReadonlyMap<number, string>;
}

/** Ticks of /proc/stat in a second (USER_HZ, which is 100 on every Linux that Node runs on). */
const TICKS = 100;

/** What each CPU did between two moments. Counters of 32 bits may have gone round once. */
export function workBetween(before: CpuTexts, after: CpuTexts): readonly CpuWork[] {
  const [then, now] = [countersOf(before), countersOf(after)];
  return [...now].map(([cpu, { softirqs, ...counts }]) => {
    const first = then.get(cpu);
    const since = (name: Exclude<keyof CpuCounters, "softirqs">): number => grown(first?.[name] ?? 0, counts[name]);
    return {
      cpu,
      busy: since("busyTicks") / TICKS,
      softirqSeconds: since("softirqTicks") / TICKS,
      ksoftirqdSeconds: since("ksoftirqdTicks") / TICKS,
      softirqs: Object.fromEntries(Object.entries(softirqs).map(([kind, count]) => [kind, grown(first?.softirqs[kind] ?? 0, count)])),
      interrupts: since("interrupts"),
      packets: since("packets"),
      dropped: since("dropped"),
      timeSqueeze: since("timeSqueeze"),
      receivedRps: since("receivedRps"),
    };
  });
}

const grown = (before: number, now: number): number => (now >= before ? now - before : now + 2 ** 32 - before);

interface CpuCounters {
  readonly softirqs: Readonly<Record<string, number>>;
  readonly interrupts: number;
  readonly packets: number;
  readonly dropped: number;
  readonly timeSqueeze: number;
  readonly receivedRps: number;
  readonly busyTicks: number;
  readonly softirqTicks: number;
  readonly ksoftirqdTicks: number;
}

function countersOf({ softirqs, interrupts, softnet, stat, ksoftirqd }: CpuTexts): ReadonlyMap<number, CpuCounters> {
  const kinds = byCpu(softirqs);
  const lines = byCpu(interrupts);
  const queues = softnetOf(softnet);
  const times = timesOf(stat);
  return new Map(
    [...times].map(([cpu, time]) => {
      const queue = queues.get(cpu) ?? { packets: 0, dropped: 0, timeSqueeze: 0, receivedRps: 0 };
      const own = Object.values(lines.get(cpu) ?? {}).reduce((sum, count) => sum + count, 0);
      return [
        cpu,
        { softirqs: kinds.get(cpu) ?? {}, interrupts: own, ...queue, ...time, ksoftirqdTicks: ticksOf(ksoftirqd.get(cpu) ?? "") },
      ];
    }),
  );
}

/** Tables with a column for each CPU and a row for each kind: /proc/softirqs and /proc/interrupts (proc(5)). Rows that are not by CPU, such as `ERR`, are left out. */
export function byCpu(text: string): ReadonlyMap<number, Readonly<Record<string, number>>> {
  const [head = "", ...rows] = text.split("\n");
  const cpus = [...head.matchAll(/CPU(\d+)/g)].map(([, cpu]) => Number(cpu));
  const found = new Map<number, Record<string, number>>(cpus.map((cpu) => [cpu, {}]));
  for (const row of rows) {
    const [, kind, rest = ""] = /^\s*([^:\s]+):\s+(.*)$/.exec(row) ?? [];
    const counts = rest.split(/\s+/).slice(0, cpus.length);
    if (kind === undefined || counts.length < cpus.length || !counts.every((count) => /^\d+$/.test(count))) continue;
    for (const [column, cpu] of cpus.entries()) {
      const kinds = found.get(cpu);
      if (kinds !== undefined) kinds[kind] = Number(counts[column]);
    }
  }
  return found;
}

interface Softnet {
  readonly packets: number;
  readonly dropped: number;
  readonly timeSqueeze: number;
  readonly receivedRps: number;
}

/** /proc/net/softnet_stat: a line a CPU, columns in hexadecimal; the 13th is the CPU's number, which older kernels lack (net/core/net-procfs.c). */
export function softnetOf(text: string): ReadonlyMap<number, Softnet> {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return new Map(
    lines.map((line, index) => {
      const columns = line
        .trim()
        .split(/\s+/)
        .map((word) => Number.parseInt(word, 16));
      const [packets = 0, dropped = 0, timeSqueeze = 0] = columns;
      return [columns[12] ?? index, { packets, dropped, timeSqueeze, receivedRps: columns[9] ?? 0 }];
    }),
  );
}

/** Lines `cpuN` of /proc/stat: user, nice, system, idle, iowait, irq, softirq, steal, ... in ticks (proc(5)). */
function timesOf(text: string): ReadonlyMap<number, Pick<CpuCounters, "busyTicks" | "softirqTicks">> {
  return new Map(
    [...text.matchAll(/^cpu(\d+) (.*)$/gm)].map(([, cpu, rest = ""]) => {
      const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = rest.split(" ").map(Number);
      return [Number(cpu), { busyTicks: user + nice + system + irq + softirq, softirqTicks: softirq }];
    }),
  );
}

/** utime and stime, the 14th and 15th field; the second one, the name in brackets, may hold spaces. */
function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
