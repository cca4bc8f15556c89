/**
 * Puts readings of several pods together: each endpoint keeps the clock that its counters were read by, and a machine's CPU time counts once.
 * @packageDocumentation
 */
import { sumOverMachines } from "../../agent/cpu-times.js";
import type { CpuTimes, LoadOutcome, LoadSeen, Reading } from "../../contract.js";

/** A reading, and the machine it was taken on. */
export interface PlacedReading {
  readonly reading: Reading;
  readonly bootId: string;
}

/** One reading of all: clock of the first, CPU times summed over distinct machines, counters of each with its own clock. */
export function joinReadings(first: PlacedReading, ...others: readonly PlacedReading[]): Reading {
  const all = [first, ...others];
  const counters = Object.fromEntries(
    all.flatMap(({ reading }) =>
      Object.entries(reading.counters).map(([id, counted]) => [id, { clock: reading.clock, ...counted }] as const),
    ),
  );
  return { ...first.reading, cpu: sumOverMachines(all.map(({ bootId, reading }) => ({ machine: bootId, cpu: reading.cpu }))), counters };
}

/** What an agent saw of a load, and the machine it is on. */
export interface PlacedLoad {
  readonly outcome: LoadOutcome;
  readonly bootId: string;
}

/**
 * One load seen at both ends. The parts that the two ends counted are not equally long: the sending machine's CPU time is taken for the time of the part
 * that the figure is of, and its counters keep their own clock.
 */
export function joinLoads(arriving: PlacedLoad, leaving: PlacedLoad): LoadOutcome {
  const [far, near] = [arriving.outcome, leaving.outcome];
  if ("unseen" in far) return far;
  if ("unseen" in near) return { unseen: `at the sending end ${near.unseen}` };
  const after = { ...near.after, cpu: cpuAfter(near, secondsOf(far) / secondsOf(near)) };
  return {
    ...far,
    before: joinReadings({ reading: far.before, bootId: arriving.bootId }, { reading: near.before, bootId: leaving.bootId }),
    after: joinReadings({ reading: far.after, bootId: arriving.bootId }, { reading: after, bootId: leaving.bootId }),
  };
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
