/** What every probe's result must be, whatever a tool printed. */
import { expect } from "vitest";
import type { ProbeResult } from "../../src/probes/contract.js";

/** A sample of finite numbers from 0 up, or an error in words. */
export function expectSound(result: ProbeResult): void {
  if (!result.ok) {
    expect(result.error).not.toBe("");
    expect(result.evidence?.length ?? 0).toBeLessThan(500);
    for (const number of Object.values(result.counts ?? {})) expect(Number.isInteger(number) && number >= 0).toBe(true);
    return;
  }
  const { values, work, counts, facts, histogram, censored } = result.sample;
  for (const number of [work, ...Object.values(values), ...Object.values(counts ?? {}), ...Object.values(facts ?? {})]) {
    expect(Number.isFinite(number) && number >= 0).toBe(true);
  }
  for (const [value, count] of [...(histogram ?? []), ...(censored ?? [])]) expect(value >= 0 && count > 0).toBe(true);
}

/** The sample of a result. @throws Error with the probe's own words when there is none */
export function sampleIn(result: ProbeResult | undefined) {
  if (result === undefined) throw new Error("there is no result");
  if (!result.ok) throw new Error(`${result.error}; ${result.evidence ?? ""}`);
  return result.sample;
}
