/**
 * Joins what several agents read at a moment into one reading: a machine's CPU time counts once, and far counters carry the clock they were read by.
 * @packageDocumentation
 */
import type { EndpointCounters, Reading } from "../contract.js";
import { sumOverMachines } from "./cpu-times.js";

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
  return { ...first.reading, cpu: sumOverMachines(all.map(({ machine, reading }) => ({ machine, cpu: reading.cpu }))), counters };
}
