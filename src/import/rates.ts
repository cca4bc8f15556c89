/**
 * Quantities as tools print them, in podwire's units. Every tool has its own idea of mega; where one deviates from 10^6 bits, its file says so.
 * @packageDocumentation
 */

const STEPS: Readonly<Record<string, number>> = { "": 1, k: 1, m: 2, g: 3, t: 4 };

/** 10^3, 10^6 ... by the letter; 2^10, 2^20 ... with `binary`. */
export function prefixFactor(letter: string, binary: boolean): number {
  return (binary ? 1024 : 1000) ** (STEPS[letter.toLowerCase()] ?? 0);
}

/**
 * Bits per second of iperf's `17.9 Gbits/sec` (decimal) and `2.1 GBytes/sec` (binary, as iperf counts bytes).
 * @param unit `bits` or `Bytes`
 */
export function iperfRate(value: number, letter: string, unit: string): number {
  const inBytes = unit.startsWith("B");
  return value * prefixFactor(letter, inBytes) * (inBytes ? 8 : 1);
}

const MICROSECONDS: Readonly<Record<string, number>> = {
  ns: 0.001,
  us: 1,
  µs: 1,
  μs: 1,
  usec: 1,
  ms: 1000,
  msec: 1000,
  s: 1e6,
  sec: 1e6,
  m: 60e6,
  毫秒: 1000,
  微秒: 1,
  мс: 1000,
  мкс: 1,
};

/** Microseconds of a time in the given unit; undefined for a unit that is none. */
export function microseconds(value: number, unit: string): number | undefined {
  const factor = MICROSECONDS[unit];
  return factor === undefined ? undefined : value * factor;
}

/** Metric suffix of a percentile that podwire keeps: 50, 90, 99 and 99.9. */
export function percentileSuffix(percent: number): string | undefined {
  const kept: Readonly<Record<string, string>> = { "50": ".p50", "90": ".p90", "99": ".p99", "99.9": ".p99.9" };
  return kept[String(percent)];
}
