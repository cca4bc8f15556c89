/**
 * Joins what several agents read at a moment into one reading: a machine's CPU time counts once, and far counters carry the clock they were read by.
 * @packageDocumentation
 */
import type { CpuTimes, EndpointCounters, LoadOutcome, LoadSeen, Reading } from "../contract.js";

/** A reading, and which machine it was taken on. */
export interface PlacedReading {
  readonly reading: Reading;
  /** Boot id: agents with the same one read the same CPU times. */
  readonly machine: string;
}

/** One reading of all: clock and time since boot are the first one's, CPU times the sum over the machines. */
export function joinReadings(all: readonly [PlacedReading, ...PlacedReading[]]): Reading {
  const [first, ...others] = all;
  const counters: Record<string, EndpointCounters> = { ...first.reading.counters };
  for (const { reading } of others)
    for (const [id, counted] of Object.entries(reading.counters)) counters[id] = { ...counted, clock: reading.clock };
  return { ...first.reading, cpu: sumOverMachines(all), counters };
}

/** A machine's times count once, as its first agent read them; each agent has quotas of its own, which add up. CPUs are named with their machine. */
function sumOverMachines(all: readonly PlacedReading[]): CpuTimes {
  const machines = new Map(all.toReversed().map(({ machine, reading }) => [machine, reading.cpu]));
  const sum = (of: (cpu: CpuTimes) => number): number => [...machines.values()].reduce((total, cpu) => total + of(cpu), 0);
  const perCpu = [...machines].flatMap(([machine, { perCpu: each = {} }]) =>
    Object.entries(each).map(([cpu, seconds]) => [`${machine} ${cpu}`, seconds] as const),
  );
  const throttled = all.flatMap(({ reading }) => reading.cpu.throttled ?? []);
  return {
    busy: sum(({ busy }) => busy),
    softirq: sum(({ softirq }) => softirq),
    steal: sum(({ steal }) => steal),
    idle: sum(({ idle }) => idle),
    ...(perCpu.length === 0 ? {} : { perCpu: Object.fromEntries(perCpu) }),
    ...(throttled.length === 0 ? {} : { throttled: throttled.reduce((total, one) => total + one, 0) }),
  };
}

/** What an agent saw of a load, and which machine it is on. */
export interface PlacedLoad {
  readonly outcome: LoadOutcome;
  readonly machine: string;
}

/**
 * One load seen at both ends. The parts that the two ends counted are not equally long: the sending machine's CPU time is scaled to the time of the part
 * that the figure is of, and its counters keep their own clock.
 */
export function joinLoads(arriving: PlacedLoad, leaving: PlacedLoad): LoadOutcome {
  const [far, near] = [arriving.outcome, leaving.outcome];
  if ("unseen" in far) return far;
  if ("unseen" in near) return { ...near, unseen: `at the sending end ${near.unseen}` };
  const after = { ...near.after, cpu: cpuAfter(near, secondsOf(far) / secondsOf(near)) };
  const joined = (reading: Reading, other: Reading): Reading =>
    joinReadings([
      { reading, machine: arriving.machine },
      { reading: other, machine: leaving.machine },
    ]);
  return { ...far, before: joined(far.before, near.before), after: joined(far.after, after) };
}

const secondsOf = ({ before, after }: LoadSeen): number => (after.clock - before.clock) / 1e9;

/** CPU times after a part that was `times` as long. */
function cpuAfter({ before, after }: LoadSeen, times: number): CpuTimes {
  const grown = (from: number, to: number): number => from + (to - from) * times;
  const { perCpu, throttled } = after.cpu;
  return {
    busy: grown(before.cpu.busy, after.cpu.busy),
    softirq: grown(before.cpu.softirq, after.cpu.softirq),
    steal: grown(before.cpu.steal, after.cpu.steal),
    idle: grown(before.cpu.idle, after.cpu.idle),
    ...(perCpu === undefined
      ? {}
      : { perCpu: Object.fromEntries(Object.entries(perCpu).map(([cpu, to]) => [cpu, grown(before.cpu.perCpu?.[cpu] ?? to, to)])) }),
    ...(throttled === undefined ? {} : { throttled: grown(before.cpu.throttled ?? throttled, throttled) }),
  };
}
