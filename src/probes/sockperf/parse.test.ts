import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOutcome, capturedOutcome, capturedText, outcomeOf } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import { countOf } from "../../statistics/histogram.js";
import type { BurstWindow } from "../contract.js";
import { parseSockperf, ROUND_TRIP_LOG } from "./parse.js";

/** The windows in which the captured client was let go on. */
const windows: readonly BurstWindow[] = capturedText("sockperf/bursts.windows")
  .trim()
  .split("\n")
  .map((line) => line.split(" ").map(Number))
  .map(([from = 0, to = 0]) => ({ from, to }));
const bursts = capturedOutcome("sockperf/bursts", ROUND_TRIP_LOG);

interface Row {
  readonly sent: number;
  readonly answered: number;
  readonly half: number;
}
/** The log read in another way than the parser does. */
const rows: readonly Row[] = capturedText("sockperf/bursts.csv")
  .split("\n")
  .map((line) => line.split(", ").map(Number))
  .filter((numbers) => numbers.length === 4 && !numbers.some(Number.isNaN))
  .map(([, sent = 0, answered = 0, half = 0]) => ({ sent: sent * 1e9, answered: answered * 1e9, half }));

describe("a suspended client's log", () => {
  test("each burst holds the round trips that lie in its window, and no others", () => {
    const samples = parseSockperf("latency.udp", bursts, windows).map(sampleIn);
    expect(samples).toHaveLength(3);
    for (const [index, { from, to }] of windows.entries()) {
      const inside = rows.filter((row) => row.sent >= from && row.answered <= to);
      expect(inside.length).toBeGreaterThan(0);
      expect(samples[index]?.work).toBe(inside.length / 1e6);
      expect(countOf(samples[index]?.histogram ?? [])).toBe(inside.length);
    }
    const counted = samples.reduce((sum, sample) => sum + sample.work * 1e6, 0);
    expect(counted).toBeLessThan(rows.length);
  });

  test("a round trip that straddles a suspension is in no burst", () => {
    const straddling = rows.filter((row) => row.answered - row.sent > 90e6);
    expect(straddling.length).toBeGreaterThan(0);
    for (const { sample } of parseSockperf("latency.udp", bursts, windows).map((result) => ({ sample: sampleIn(result) }))) {
      expect(sample.values["latency.udp.p99.9"]).toBeLessThan(50_000);
    }
  });

  test("values are whole round trips, twice what sockperf prints", () => {
    const inside = rows.filter((row) => row.sent >= (windows[0]?.from ?? 0) && row.answered <= (windows[0]?.to ?? 0));
    const largest = Math.max(...inside.map((row) => row.half * 2));
    expect(sampleIn(parseSockperf("latency.udp", bursts, windows)[0]).values["latency.udp.p99.9"]).toBe(largest);
  });

  test("a burst outside the log is an error and shifts no other", () => {
    const early = { from: 1, to: 2 };
    const late = { from: (windows.at(-1)?.to ?? 0) + 60e9, to: (windows.at(-1)?.to ?? 0) + 61e9 };
    const results = parseSockperf("latency.udp", bursts, [early, ...windows, late]);
    expect(results[0]).toMatchObject({ ok: false, error: expect.stringContaining("before sockperf began") as string });
    expect(results.slice(1, 4)).toEqual(parseSockperf("latency.udp", bursts, windows));
    expect(results[4]).toMatchObject({ ok: false, error: expect.stringContaining("after the log's last") as string });
  });
});

describe("failures", () => {
  const anyBurst: readonly BurstWindow[] = [
    { from: 0, to: 1 },
    { from: 2, to: 3 },
  ];

  test.each([
    ["refused", "Connection refused"],
    ["silent", "no round trip"],
  ])("%s: every burst is an error, though sockperf's exit code is 0", (name, words) => {
    const outcome = capturedOutcome(`sockperf/${name}`, ROUND_TRIP_LOG);
    expect(outcome.exitCode).toBe(0);
    const results = parseSockperf("latency.udp", outcome, anyBurst);
    expect(results).toHaveLength(2);
    for (const result of results) expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) as string });
  });

  test("after a lost datagram there are no more round trips", () => {
    const outcome = capturedOutcome("sockperf/datagram-lost", ROUND_TRIP_LOG);
    const sent =
      /^114, ([\d.]+),/m.exec(outcome.collected[ROUND_TRIP_LOG] ?? "")?.[1] ??
      [...(outcome.collected[ROUND_TRIP_LOG] ?? "").matchAll(/^\d+, ([\d.]+)/gm)].at(-1)?.[1];
    const after = Number(sent) * 1e9 + 100e6;
    const [result] = parseSockperf("latency.udp", outcome, [{ from: after, to: after + 50e6 }]);
    expect(result).toMatchObject({ ok: false, hint: expect.stringContaining("datagram was lost") as string });
  });

  test("a kill and a missing program", () => {
    expect(parseSockperf("latency.udp", outcomeOf({ signal: "SIGKILL" }), anyBurst)).toHaveLength(2);
    expect(parseSockperf("latency.udp", outcomeOf({ startError: "ENOENT" }), anyBurst)[1]).toMatchObject({
      ok: false,
      error: expect.stringContaining("ENOENT") as string,
    });
  });
});

test("whatever is printed: one sound result for each burst, never an exception", () => {
  const texts = [capturedText("sockperf/bursts.csv"), capturedText("sockperf/silent.csv")];
  const window = fc
    .tuple(fc.constantFrom(...windows, { from: 0, to: 1e300 }), fc.nat(1e8))
    .map(([{ from, to }, by]) => ({ from: from + by, to }));
  fc.assert(
    fc.property(arbitraryOutcome(texts, ROUND_TRIP_LOG), fc.array(window, { maxLength: 5 }), (outcome, asked) => {
      const results = parseSockperf("latency.udp", outcome, asked);
      expect(results).toHaveLength(asked.length);
      results.forEach(expectSound);
    }),
  );
});
