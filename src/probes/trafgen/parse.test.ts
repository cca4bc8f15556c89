import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOutcome, CAPTURED_PATH, capturedOutcome, capturedText, outcomeOf, readingAt } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import type { EndpointCounters, ProcessOutcome } from "../../venues/contract.js";
import { parseTrafgen } from "./parse.js";

const IDLE = { rxBytes: 0, rxPackets: 0, rxDropped: 0, txBytes: 0, txPackets: 0, txDropped: 0 };
const device = (counters: Partial<typeof IDLE>): EndpointCounters => ({ devices: { eth0: { ...IDLE, ...counters } }, protocols: {} });

/** The outcome between readings that say how many frames left `a` and arrived at `b`. */
function between(outcome: ProcessOutcome, arrived: number): ProcessOutcome {
  const before = readingAt(0, { a: device({ txPackets: 500 }), b: device({ rxPackets: 700 }) });
  const after = readingAt(60e6, { a: device({ txPackets: 500 + 20_000 }), b: device({ rxPackets: 700 + arrived }) });
  return { ...outcome, before, after };
}

const flood = capturedOutcome("trafgen/flood");
const floodSeconds = Number(/ (\d+) usec on CPU/.exec(flood.stdout)?.[1]) / 1e6;

describe("a flood", () => {
  test("that arrives whole", () => {
    const sample = sampleIn(parseTrafgen(between(flood, 20_000), CAPTURED_PATH));
    expect(sample.values["pps"]).toBeCloseTo(20_000 / floodSeconds, 3);
    expect(sample.work).toBe(0.02);
    expect(sample.counts).toEqual({ offered: 20_000, forwarded: 20_000, lost: 0 });
    expect(sample.facts).toMatchObject({ txPackets: 20_000, seconds: floodSeconds });
  });

  test("that loses a quarter", () => {
    const sample = sampleIn(parseTrafgen(between(flood, 15_000), CAPTURED_PATH));
    expect(sample.values["pps"]).toBeCloseTo(15_000 / floodSeconds, 3);
    expect(sample.counts).toEqual({ offered: 20_000, forwarded: 15_000, lost: 5_000 });
  });

  test("of which nothing arrives is 0, not a gap", () => {
    expect(sampleIn(parseTrafgen(between(flood, 0), CAPTURED_PATH)).values).toEqual({ pps: 0 });
  });

  test("packets that came on top do not count", () => {
    expect(sampleIn(parseTrafgen(between(flood, 20_007), CAPTURED_PATH)).counts).toEqual({ offered: 20_000, forwarded: 20_000, lost: 0 });
  });
});

describe("a failure", () => {
  test.each([
    ["no-device", "No networking device"],
    ["bad-packet", "syntax error"],
    ["not-permitted", "Operation not permitted"],
  ])("%s", (name, words) => {
    expect(parseTrafgen(between(capturedOutcome(`trafgen/${name}`), 0), CAPTURED_PATH)).toMatchObject({
      ok: false,
      evidence: expect.stringContaining(words) as string,
    });
  });

  test("no counters of the arrival device", () => {
    expect(parseTrafgen(flood, CAPTURED_PATH)).toMatchObject({ ok: false, error: expect.stringContaining("receive counter") as string });
  });

  test("a hang", () => {
    expect(parseTrafgen(outcomeOf({ timedOut: true }), CAPTURED_PATH)).toMatchObject({ ok: false });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const arrived = fc.nat(30_000);
  const texts = [capturedText("trafgen/flood.stdout")];
  fc.assert(
    fc.property(arbitraryOutcome(texts, "none"), arrived, (outcome, frames) => {
      expectSound(parseTrafgen(between(outcome, frames), CAPTURED_PATH));
    }),
  );
});
