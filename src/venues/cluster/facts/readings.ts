/**
 * Puts readings of several pods together: each endpoint keeps the clock that its counters were read by, and a machine's CPU time counts once.
 * @packageDocumentation
 */
import type { CpuTimes, Reading } from "../../contract.js";

/** A reading, and the machine it was taken on. */
export interface PlacedReading {
  readonly reading: Reading;
  readonly bootId: string;
}

/** One reading of all: clock of the first, CPU times summed over distinct machines, counters of each with its own clock. */
export function joinReadings(first: PlacedReading, ...others: readonly PlacedReading[]): Reading {
  const all = [first, ...others];
  const machines = new Map<string, CpuTimes>();
  for (const { bootId, reading } of all) if (!machines.has(bootId)) machines.set(bootId, reading.cpu);
  const counters = Object.fromEntries(
    all.flatMap(({ reading }) =>
      Object.entries(reading.counters).map(([id, counted]) => [id, { clock: reading.clock, ...counted }] as const),
    ),
  );
  return { ...first.reading, cpu: sumOf([...machines.values()]), counters };
}

function sumOf(times: readonly CpuTimes[]): CpuTimes {
  const sum = (of: (one: CpuTimes) => number): number => times.reduce((total, one) => total + of(one), 0);
  return {
    busy: sum((one) => one.busy),
    softirq: sum((one) => one.softirq),
    steal: sum((one) => one.steal),
    idle: sum((one) => one.idle),
    ...(times.some((one) => one.perCpu !== undefined) ? { perCpu: times.flatMap((one) => one.perCpu ?? []) } : {}),
    ...(times.some((one) => one.throttled !== undefined) ? { throttled: sum((one) => one.throttled ?? 0) } : {}),
  };
}
