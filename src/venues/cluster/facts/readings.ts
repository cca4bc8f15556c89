/**
 * Puts readings of several pods together: each endpoint keeps the clock that its counters were read by, and a machine's CPU time counts once.
 * @packageDocumentation
 */
import { sumOverMachines } from "../../agent/cpu-times.js";
import type { Reading } from "../../contract.js";

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
