import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointWith, loadOf } from "../../../test/synthetic/load.js";
import { arbitraryOutcome, CAPTURED_PATH, capturedOutcome, capturedText, outcomeOf, readingAt } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import type { LoadOutcome, ProcessOutcome } from "../../venues/contract.js";
import { parseTrafgen } from "./parse.js";

const read = (outcome: ProcessOutcome, seen: LoadOutcome) => parseTrafgen(outcome, CAPTURED_PATH, seen);
const UNSEEN = { unseen: "the load ended before enough of it was counted" };

/** The outcome between readings that say how many frames left `a` and arrived at `b`. */
function between(outcome: ProcessOutcome, arrived: number): ProcessOutcome {
  const before = readingAt(0, { a: endpointWith({ txPackets: 500 }), b: endpointWith({ rxPackets: 700 }) });
  const after = readingAt(60e6, { a: endpointWith({ txPackets: 500 + 20_000 }), b: endpointWith({ rxPackets: 700 + arrived }) });
  return { ...outcome, before, after };
}

const flood = capturedOutcome("trafgen/flood");

describe("a flood", () => {
  test("its rate is what arrived over the window, its losses are those of the whole of it", () => {
    const sample = sampleIn(read(between(flood, 15_000), loadOf({ amount: 9_000, seconds: 0.05 })));
    expect(sample.values["pps"]).toBe(180_000);
    expect(sample.work).toBe(0.009);
    expect(sample.counts).toEqual({ offered: 20_000, forwarded: 15_000, lost: 5_000 });
    expect(sample.facts).toMatchObject({ toolFrames: 20_000 });
  });

  test("of which nothing arrives any more is 0, not a gap", () => {
    expect(sampleIn(read(between(flood, 0), loadOf({ amount: 0, seconds: 2 }))).values).toEqual({ pps: 0 });
  });

  test("packets that came on top are no frames that arrived", () => {
    const { counts, facts } = sampleIn(read(between(flood, 20_007), loadOf()));
    expect(counts).toEqual({ offered: 20_000, forwarded: 20_000, lost: 0 });
    expect(facts).toMatchObject({ arrivedFrames: 20_007 });
    expect(sampleIn(read(between(flood, 19_000), loadOf())).facts).not.toHaveProperty("arrivedFrames");
  });

  test("frames that its own device dropped were offered, and are lost", () => {
    const outcome = between(flood, 15_000);
    const after = readingAt(60e6, { ...outcome.after.counters, a: endpointWith({ txPackets: 500 + 16_000, txDropped: 4_000 }) });
    expect(sampleIn(read({ ...outcome, after }, loadOf())).counts).toEqual({ offered: 20_000, forwarded: 15_000, lost: 5_000 });
  });

  test("whose words are missing has its figure all the same", () => {
    const { values, facts } = sampleIn(read(between(outcomeOf({ signal: "SIGKILL" }), 20_000), loadOf({ amount: 9_000, seconds: 0.05 })));
    expect(values).toEqual({ pps: 180_000 });
    expect(facts).not.toHaveProperty("toolFrames");
  });
});

describe("a failure", () => {
  test.each([
    ["no-device", "No networking device"],
    ["bad-packet", "syntax error"],
    ["not-permitted", "Operation not permitted"],
  ])("%s", (name, words) => {
    expect(read(between(capturedOutcome(`trafgen/${name}`), 0), UNSEEN)).toMatchObject({
      ok: false,
      evidence: expect.stringContaining(words) as string,
    });
  });

  test("no counters of either device", () => {
    expect(read(flood, loadOf())).toMatchObject({ ok: false, error: expect.stringContaining("no counter of frames") as string });
  });

  test("a hang", () => {
    expect(read(outcomeOf({ timedOut: true }), UNSEEN)).toMatchObject({ ok: false });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const arrived = fc.nat(30_000);
  const texts = [capturedText("trafgen/flood.stdout")];
  fc.assert(
    fc.property(arbitraryOutcome(texts, "none"), arrived, fc.constantFrom(UNSEEN, loadOf()), (outcome, frames, seen) => {
      expectSound(read(between(outcome, frames), seen));
    }),
  );
});
