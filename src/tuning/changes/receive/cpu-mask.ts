/**
 * CPUs as the kernel's mask in hexadecimal, groups of 32 from the highest, without leading zeros (`bitmap_parse`).
 * @packageDocumentation
 */

/** The mask of these CPUs; `0` for none. */
export function cpuMask(cpus: readonly number[]): string {
  const mask = cpus.reduce((bits, cpu) => bits | (1n << BigInt(cpu)), 0n);
  const digits = mask.toString(16);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 8) groups.unshift(digits.slice(Math.max(0, end - 8), end));
  return groups.join(",");
}
