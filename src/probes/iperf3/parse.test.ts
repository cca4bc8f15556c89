import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOutcome, capturedOutcome, capturedText, outcomeOf } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import { parseIperf3 } from "./parse.js";

interface Sums {
  readonly end: { readonly sum_received: { readonly bytes: number; readonly bits_per_second: number } };
}
const received = (name: string) => (JSON.parse(capturedText(`iperf3/${name}.stdout`)) as Sums).end.sum_received;

describe("a transfer", () => {
  test.each(["one-stream", "eight-streams"])("%s: goodput and work are what the receiver counted", (name) => {
    const sample = sampleIn(parseIperf3("tcp", capturedOutcome(`iperf3/${name}`)));
    expect(sample.values["tcp"]).toBeCloseTo(received(name).bits_per_second, -1);
    expect(sample.work).toBe(received(name).bytes / 1e9);
    expect(sample.facts).toMatchObject({
      mss: 1448,
      retransmits: expect.any(Number) as number,
      maxCwndBytes: expect.any(Number) as number,
    });
  });

  test("that moved nothing counts as 0", () => {
    const sums = { sum_sent: { bytes: 0, seconds: 1 }, sum_received: { bytes: 0, seconds: 1 } };
    const sample = sampleIn(parseIperf3("tcp", outcomeOf({ stdout: JSON.stringify({ start: {}, end: sums }) })));
    expect(sample.values).toEqual({ tcp: 0 });
  });
});

describe("a failure is said in iperf3's words", () => {
  test.each([
    ["busy", "the server is busy running a test", "another client is being served"],
    ["refused", "Connection refused", "no server listens"],
    ["timed-out", "Connection timed out", "does not carry traffic"],
    // Which of its sockets notices first differs from time to time.
    ["server-died", "iperf3: ", undefined],
  ])("%s", (name, words, hint) => {
    const result = parseIperf3("tcp", capturedOutcome(`iperf3/${name}`));
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) as string });
    if (hint !== undefined) expect(result).toMatchObject({ hint: expect.stringContaining(hint) as string });
  });

  test("a report that was cut", () => {
    const stdout = capturedText("iperf3/one-stream.stdout").slice(0, 900);
    expect(parseIperf3("tcp", outcomeOf({ stdout }))).toMatchObject({ ok: false, error: expect.stringContaining("not JSON") as string });
  });

  test("JSON without the receiver's sums", () => {
    expect(parseIperf3("tcp", outcomeOf({ stdout: '{"start":{},"end":{}}' }))).toMatchObject({
      ok: false,
      error: expect.stringContaining("receiver's sums") as string,
    });
  });

  test("a transfer too short to be timed", () => {
    const sums = { sum_sent: { bytes: 9, seconds: 0 }, sum_received: { bytes: 9, seconds: 0 } };
    const result = parseIperf3("tcp", outcomeOf({ stdout: JSON.stringify({ start: {}, end: sums }) }));
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining("too short") as string });
  });

  test("a hang, a kill, a missing program", () => {
    expect(parseIperf3("tcp", outcomeOf({ timedOut: true, signal: "SIGKILL" }))).toMatchObject({
      error: expect.stringContaining("in time") as string,
    });
    expect(parseIperf3("tcp", outcomeOf({ signal: "SIGSEGV" }))).toMatchObject({ error: expect.stringContaining("SIGSEGV") as string });
    expect(parseIperf3("tcp", outcomeOf({ startError: "ENOENT" }))).toMatchObject({ error: expect.stringContaining("ENOENT") as string });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const texts = ["one-stream", "eight-streams", "busy"].map((name) => capturedText(`iperf3/${name}.stdout`));
  fc.assert(
    fc.property(arbitraryOutcome(texts, "none"), (outcome) => {
      expectSound(parseIperf3("tcp", outcome));
    }),
  );
});
