import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOutcome, capturedOutcome, capturedText, outcomeOf } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import { binOf, mergeHistograms } from "../../statistics/histogram.js";
import { countOf, percentileOf } from "../../statistics/kaplan-meier.js";
import { randomFrom } from "../../statistics/random.js";
import type { BurstWindow } from "../contract.js";
import { parseSockperf, ROUND_TRIP_LOG } from "./parse.js";

/** By the folder of what was captured of them; 3.8 and 3.9 print as 3.10 does. */
const VERSIONS = ["sockperf", "sockperf-3.10"];

interface Row {
  readonly sent: number;
  readonly answered: number;
  readonly half: number;
}

/** The windows in which a captured client was resumed. */
const windowsOf = (folder: string): readonly BurstWindow[] =>
  capturedText(`${folder}/bursts.windows`)
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number))
    .map(([from = 0, to = 0]) => ({ from, to }));

describe.each(VERSIONS)("%s", (folder) => {
  const windows = windowsOf(folder);
  const bursts = capturedOutcome(`${folder}/bursts`, ROUND_TRIP_LOG);

  /** The log read in another way than the parser does. */
  const rows: readonly Row[] = capturedText(`${folder}/bursts.csv`)
    .split("\n")
    .map((line) => line.split(", ").map(Number))
    .filter((numbers) => numbers.length === 4 && !numbers.some(Number.isNaN))
    .map(([, sent = 0, answered = 0, half = 0]) => ({ sent: sent * 1e9, answered: answered * 1e9, half }));

  test("a log whose latencies are not half of their round trips is another version's, and no figure", () => {
    const log = bursts.collected[ROUND_TRIP_LOG] ?? "";
    const doubled = log.replaceAll(
      /^(\d+, [\d.]+, [\d.]+), ([\d.]+)$/gm,
      (_, times: string, half: string) => `${times}, ${(Number(half) * 2).toFixed(3)}`,
    );
    expect(doubled).not.toBe(log);
    for (const result of parseSockperf("latency.udp", { ...bursts, collected: { [ROUND_TRIP_LOG]: doubled } }, windows))
      expect(result).toMatchObject({ ok: false, error: expect.stringContaining("not half of its round trip") as string });
  });

  describe("a suspended client's log", () => {
    test("each burst holds the round trips that were sent in its window, and no others", () => {
      const samples = parseSockperf("latency.udp", bursts, windows).map(sampleIn);
      expect(samples).toHaveLength(3);
      for (const [index, { from, to }] of windows.entries()) {
        const inside = rows.filter((row) => row.sent >= from && row.answered <= to);
        const straddling = rows.filter((row) => row.sent >= from && row.sent < to && row.answered > to);
        expect(inside.length).toBeGreaterThan(0);
        expect(samples[index]?.work).toBe(inside.length / 1e6);
        expect(countOf({ completed: samples[index]?.histogram ?? [] })).toBe(inside.length);
        expect(countOf({ completed: samples[index]?.censored ?? [] })).toBe(straddling.length);
        expect(samples[index]?.counts).toEqual({ offered: inside.length + straddling.length, lost: 0 });
      }
      const counted = samples.reduce((sum, sample) => sum + sample.work * 1e6, 0);
      expect(counted).toBeLessThan(rows.length);
    });

    test("a round trip that straddles a burst's end is cut off there: the suspension is no part of it", () => {
      const straddling = rows.filter((row) => row.answered - row.sent > 90e6);
      expect(straddling.length).toBeGreaterThan(0);
      for (const [index, result] of parseSockperf("latency.udp", bursts, windows).entries()) {
        const { from, to } = windows[index] ?? { from: 0, to: 0 };
        const { histogram = [], censored = [] } = sampleIn(result);
        for (const [value] of [...histogram, ...censored]) expect(value).toBeLessThanOrEqual((to - from) / 1e3);
      }
      expect(parseSockperf("latency.udp", bursts, windows).some((result) => sampleIn(result).censored !== undefined)).toBe(true);
    });

    test("TCP loses no messages, so nothing is said of them", () => {
      for (const result of parseSockperf("latency.tcp", bursts, windows)) expect(sampleIn(result).counts).toBeUndefined();
    });

    test("values are whole round trips, twice what sockperf prints", () => {
      const inside = rows.filter((row) => row.sent >= (windows[0]?.from ?? 0) && row.answered <= (windows[0]?.to ?? 0));
      const largest = Math.max(...inside.map((row) => row.half * 2));
      const value = sampleIn(parseSockperf("latency.udp", bursts, windows)[0]).values["latency.udp.p99.9"] ?? 0;
      expect(value).toBeGreaterThanOrEqual(binOf(Number(largest.toPrecision(3))).low);
      expect(value).toBeLessThanOrEqual(binOf(Number(largest.toPrecision(3))).high);
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
      const outcome = capturedOutcome(`${folder}/${name}`, ROUND_TRIP_LOG);
      expect(outcome.exitCode).toBe(0);
      const results = parseSockperf("latency.udp", outcome, anyBurst);
      expect(results).toHaveLength(2);
      for (const result of results) expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) as string });
    });

    test("after a lost datagram there are no more round trips", () => {
      const outcome = capturedOutcome(`${folder}/datagram-lost`, ROUND_TRIP_LOG);
      const sent = [...(outcome.collected[ROUND_TRIP_LOG] ?? "").matchAll(/^\d+, ([\d.]+)/gm)].at(-1)?.[1];
      const after = Number(sent) * 1e9 + 100e6;
      const windows = [0, 1, 2].map((index) => ({ from: after + index * 1e9, to: after + index * 1e9 + 40e6 }));
      const [first, ...later] = parseSockperf("latency.udp", outcome, windows);
      expect(first).toMatchObject({ ok: false, error: expect.stringContaining("a datagram was lost") as string });
      expect(first).toMatchObject({ counts: { offered: 1, lost: 1 } });
      for (const result of later) {
        expect(result).toMatchObject({ ok: false, error: expect.stringContaining("lost in an earlier burst") as string });
        expect(result).not.toHaveProperty("counts");
      }
    });

    test("a datagram that is lost before anything is logged is named, and not a server that does not answer", () => {
      const outcome = capturedOutcome(`${folder}/datagram-lost`, ROUND_TRIP_LOG);
      const unlogged = (outcome.collected[ROUND_TRIP_LOG] ?? "").replaceAll(/^\d+, .*$/gm, "");
      const [first, second] = parseSockperf("latency.udp", { ...outcome, collected: { [ROUND_TRIP_LOG]: unlogged } }, anyBurst);
      expect(first).toMatchObject({ error: expect.stringContaining("lost while the client began") as string, counts: { lost: 1 } });
      expect(second).not.toHaveProperty("counts");
    });

    test("bursts before a loss keep their figures", () => {
      const outcome = capturedOutcome(`${folder}/datagram-lost`, ROUND_TRIP_LOG);
      const [from = 0, to = 0] = [...(outcome.collected[ROUND_TRIP_LOG] ?? "").matchAll(/^(?:10|20), ([\d.]+)/gm)].map(
        (row) => Number(row[1]) * 1e9,
      );
      const results = parseSockperf("latency.udp", outcome, [
        { from, to },
        { from: to + 5e9, to: to + 5.04e9 },
      ]);
      expect(results.map(({ ok }) => ok)).toEqual([true, false]);
    });

    test("TCP loses no datagram: an ended client is called what it is", () => {
      const outcome = capturedOutcome(`${folder}/datagram-lost`, ROUND_TRIP_LOG);
      const [result] = parseSockperf("latency.tcp", outcome, [{ from: 1e15, to: 1e15 + 1 }]);
      expect(result).toMatchObject({ ok: false, error: "no round trip after the log's last one" });
      expect(result).not.toHaveProperty("counts");
    });

    test("a kill and a missing program", () => {
      expect(parseSockperf("latency.udp", outcomeOf({ signal: "SIGKILL" }), anyBurst)).toHaveLength(2);
      expect(parseSockperf("latency.udp", outcomeOf({ startError: "ENOENT" }), anyBurst)[1]).toMatchObject({
        ok: false,
        error: expect.stringContaining("ENOENT") as string,
      });
    });
  });
});

/** A log of round trips of 50 us, a share of which stall, and the windows of bursts in the client's running time. */
function stalling(share: number, stall: number) {
  const random = randomFrom(7);
  const lines: string[] = [];
  const burst = 40_000;
  let sent = 1e6;
  while (lines.length < 80_000) {
    const took = random.next() < share ? stall : 50;
    lines.push(`${String(lines.length)}, ${(sent / 1e6).toFixed(9)}, ${((sent + took) / 1e6).toFixed(9)}, ${(took / 2).toFixed(3)}`);
    sent += took + 0.1;
  }
  const count = Math.floor((sent - 1e6) / burst) - 1;
  const windows = Array.from({ length: count }, (_, index) => ({
    from: (1e6 + index * burst) * 1e3,
    to: (1e6 + (index + 1) * burst) * 1e3,
  }));
  return { outcome: outcomeOf({ collected: { [ROUND_TRIP_LOG]: lines.join("\n") } }), windows };
}

test.each([0.0024, 0.0012])("a stall of 20 ms in a share of %s, in bursts of 40 ms, is the 99.9th percentile", (share) => {
  const { outcome, windows: all } = stalling(share, 20_000);
  const samples = parseSockperf("latency.udp", outcome, all).map(sampleIn);
  const completed = mergeHistograms(samples.map(({ histogram = [] }) => histogram));
  const censored = mergeHistograms(samples.map((sample) => sample.censored ?? []));
  const found = percentileOf({ completed, censored }, 0.999);
  expect(found).toMatchObject({ reached: true });
  expect((found?.value ?? 0) / 20_000).toBeCloseTo(1, 2);
  // Those that straddle a burst's end, once dropped: half of them.
  const kept = completed.find(([value]) => value === 20_000)?.[1] ?? 0;
  expect(kept / countOf({ completed })).toBeLessThan(0.6 * share);
});

test("whatever is printed: one sound result for each burst, never an exception", () => {
  const texts = [capturedText("sockperf/bursts.csv"), capturedText("sockperf/silent.csv")];
  const window = fc
    .tuple(fc.constantFrom(...windowsOf("sockperf"), { from: 0, to: 1e300 }), fc.nat(1e8))
    .map(([{ from, to }, by]) => ({ from: from + by, to }));
  fc.assert(
    fc.property(arbitraryOutcome(texts, ROUND_TRIP_LOG), fc.array(window, { maxLength: 5 }), (outcome, asked) => {
      const results = parseSockperf("latency.udp", outcome, asked);
      expect(results).toHaveLength(asked.length);
      results.forEach(expectSound);
    }),
  );
});
