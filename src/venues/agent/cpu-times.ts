/**
 * CPU times of several agents as one.
 * @packageDocumentation
 */
import type { CpuTimes } from "../contract.js";

/** What an agent read, and the machine it is on. */
export interface MachineTimes {
  readonly machine: string;
  readonly cpu: CpuTimes;
}

/** A machine's times count once, as its first agent read them; each agent has quotas of its own, which add up. CPUs are named with their machine. */
export function sumOverMachines(agents: readonly MachineTimes[]): CpuTimes {
  const machines = new Map(agents.toReversed().map(({ machine, cpu }) => [machine, cpu]));
  const sum = (of: (cpu: CpuTimes) => number): number => [...machines.values()].reduce((total, cpu) => total + of(cpu), 0);
  const perCpu = [...machines].flatMap(([machine, { perCpu: each = {} }]) =>
    Object.entries(each).map(([cpu, seconds]) => [`${machine} ${cpu}`, seconds] as const),
  );
  const throttled = agents.flatMap(({ cpu }) => cpu.throttled ?? []);
  return {
    busy: sum(({ busy }) => busy),
    softirq: sum(({ softirq }) => softirq),
    steal: sum(({ steal }) => steal),
    idle: sum(({ idle }) => idle),
    ...(perCpu.length === 0 ? {} : { perCpu: Object.fromEntries(perCpu) }),
    ...(throttled.length === 0 ? {} : { throttled: throttled.reduce((total, one) => total + one, 0) }),
  };
}
