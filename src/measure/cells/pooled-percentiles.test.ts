import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Observation } from "../../model/run.js";
import { histogramOf } from "../../statistics/histogram.js";
import { percentileOf } from "../../statistics/kaplan-meier.js";
import { pooledPercentile } from "./pooled-percentiles.js";

/** One observation of a path; of the fields only these are looked at. */
function seen(round: number, values: readonly number[], more: Partial<Observation> = {}): Observation {
  const cpu = { busy: 0, softirq: 0, steal: 0, idle: 0 };
  const histogram = histogramOf(values).map(([value, count]): [number, number] => [value, count]);
  const place = { workload: "latency.udp", round, position: 0, mode: "host", path: "host-host", startedAt: 0, elapsed: 1 } as const;
  return { ...place, values: {}, work: 0, cpu, histogram, ...more };
}

const rounds = fc.array(fc.array(fc.double({ min: 1, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 25 }), {
  minLength: 1,
  maxLength: 10,
});
const level = fc.constantFrom(0.1, 0.5, 0.9, 0.99);

test("everything together has the percentile of all samples", () => {
  fc.assert(
    fc.property(rounds, level, (samples, p) => {
      const pooled = pooledPercentile(
        samples.map((values, round) => seen(round, values)),
        p,
      );
      const all = samples.flat();
      expect(pooled?.samples).toBe(all.length);
      expect(Math.exp(pooled?.logarithm ?? Number.NaN)).toBeCloseTo(percentileOf({ completed: histogramOf(all) }, p)?.value ?? 0, 6);
      expect(pooled?.limit).toBe(false);
    }),
  );
});

test("each start has the percentile of its own observations; a trial is a start of its own", () => {
  fc.assert(
    fc.property(rounds, level, (samples, p) => {
      const observations = samples.map((values, round) => seen(round, values, { restart: round % 2 }));
      for (const start of [0, 1]) {
        const own = samples.filter((_, round) => round % 2 === start).flat();
        const expected = percentileOf({ completed: histogramOf(own) }, p)?.value;
        const found = pooledPercentile(observations, p)?.starts.get(start);
        if (expected === undefined) expect(found).toBeUndefined();
        else expect(Math.exp(found ?? Number.NaN)).toBeCloseTo(expected, 6);
      }
      const trials = pooledPercentile(
        samples.map((values, round) => seen(round, values)),
        p,
      );
      expect(trials?.starts.size).toBe(samples.length);
    }),
  );
});

describe("samples that were cut off", () => {
  test("count among those that are needed, and make a percentile a limit where they lie before it", () => {
    const observations = [seen(0, new Array<number>(95).fill(50), { censored: [[30_000, 5]] })];
    expect(pooledPercentile(observations, 0.5)).toMatchObject({ samples: 100, limit: false });
    expect(pooledPercentile(observations, 0.99)).toMatchObject({ limit: true });
    expect(Math.exp(pooledPercentile(observations, 0.99)?.logarithm ?? 0)).toBeCloseTo(30_000, 6);
  });

  test("make it a limit too where fewer than five are followed so far", () => {
    const tail = (followed: number) => [
      seen(0, [...new Array<number>(900).fill(50), ...new Array<number>(followed).fill(30_000)], { censored: [[20_000, 100 - followed]] }),
    ];
    expect(pooledPercentile(tail(4), 0.95)).toMatchObject({ limit: true });
    expect(pooledPercentile(tail(5), 0.95)).toMatchObject({ limit: false });
  });
});

test("nothing at all has no percentile", () => {
  expect(pooledPercentile([], 0.5)).toBeUndefined();
  expect(pooledPercentile([seen(0, [])], 0.5)).toBeUndefined();
});
