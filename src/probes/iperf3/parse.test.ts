import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointWith, loadOf } from "../../../test/synthetic/load.js";
import { arbitraryOutcome, CAPTURED_PATH, capturedOutcome, capturedText, outcomeOf, readingAt } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import type { LoadOutcome, ProcessOutcome } from "../../venues/contract.js";
import { parseIperf3 } from "./parse.js";

const read = (outcome: ProcessOutcome, seen: LoadOutcome) => parseIperf3("tcp", outcome, CAPTURED_PATH, seen);
const UNSEEN = { unseen: "no load arrived within 3 s" };
/** Debian 12's and Debian 13's. */
const VERSIONS = ["iperf3", "iperf3-3.18"];

interface Sums {
  readonly end: { readonly sum_sent: { readonly bytes: number; readonly retransmits: number } };
}
const sent = (name: string) => (JSON.parse(capturedText(`${name}.stdout`)) as Sums).end.sum_sent;

describe.each(VERSIONS)("%s", (folder) => {
  test.each(["one-stream", "eight-streams"])("%s: the figure is what the kernel counted, the report a witness", (name) => {
    const sample = sampleIn(read(capturedOutcome(`${folder}/${name}`), loadOf({ amount: 12e6, seconds: 0.1 })));
    expect(sample.values).toEqual({ tcp: 960e6 });
    expect(sample.work).toBe(0.012);
    expect(sample.facts).toMatchObject({
      sentBytes: sent(`${folder}/${name}`).bytes,
      retransmits: sent(`${folder}/${name}`).retransmits,
      mss: 1448,
      maxCwndBytes: expect.any(Number) as number,
    });
  });

  test.each([
    ["busy", "the server is busy running a test", "another client is being served"],
    ["refused", "Connection refused", "no server listens"],
    ["timed-out", "Connection timed out", "does not carry traffic"],
    // Which of its sockets notices first differs from time to time.
    ["server-died", "iperf3: ", undefined],
  ])("%s is said in iperf3's words", (name, words, hint) => {
    const result = read(capturedOutcome(`${folder}/${name}`), { unseen: "the load ended before enough of it was counted" });
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining(words) as string });
    if (hint !== undefined) expect(result).toMatchObject({ hint: expect.stringContaining(hint) as string });
  });

  test("a server that serves another client is worth a second try, one that is not there is not", () => {
    expect(read(capturedOutcome(`${folder}/busy`), UNSEEN)).toMatchObject({ passes: true });
    expect(read(capturedOutcome(`${folder}/refused`), UNSEEN)).not.toHaveProperty("passes");
  });

  test("that sent and was ended, of which nothing arrived, is no failure of iperf3's", () => {
    expect(read(capturedOutcome(`${folder}/one-stream`), UNSEEN)).toMatchObject({ ok: false, error: UNSEEN.unseen });
  });
});

describe("a witness that says nothing costs no figure", () => {
  test.each([
    ["nothing at all", ""],
    ["a report that was cut", capturedText("iperf3/one-stream.stdout").slice(0, 900)],
    ["another version's report", '{"start":{"version":"iperf 9.0"},"summary":{"sent":{"octets":5}},"end":{"streams":"two"}}'],
    ["JSON that is no object", "[1,2]"],
    ["numbers that cannot be", '{"start":{"tcp_mss_default":-1},"end":{"sum_sent":{"bytes":"many"}}}'],
  ])("%s", (_, stdout) => {
    const sample = sampleIn(read(outcomeOf({ stdout, exitCode: 1 }), loadOf({ amount: 12e6 })));
    expect(sample.values).toEqual({ tcp: 960e6 });
    expect(Object.keys(sample.facts ?? {}).sort()).toEqual(["loadSeconds", "longestPauseMs", "stillShare"]);
  });
});

test("the kernel's count of the whole transfer stands beside iperf3's", () => {
  const before = readingAt(0, { b: endpointWith({ rxBytes: 1_000, rxPackets: 10 }) });
  const after = readingAt(1e9, { b: endpointWith({ rxBytes: 2_001_000, rxPackets: 40 }) });
  const { facts } = sampleIn(read({ ...capturedOutcome("iperf3/one-stream"), before, after }, loadOf()));
  expect(facts).toMatchObject({ arrivedBytes: 2_000_000 - 30 * 66 });
});

test("the share of a load that stood still is a fact", () => {
  const { facts } = sampleIn(read(outcomeOf(), loadOf({ stillShare: 0.75, longestPause: 300, loadSeconds: 0.4 })));
  expect(facts).toMatchObject({ stillShare: 0.75, longestPauseMs: 300, loadSeconds: 0.4 });
});

test("a load that moved nothing counts as 0", () => {
  expect(sampleIn(read(outcomeOf(), loadOf({ amount: 0, seconds: 2 }))).values).toEqual({ tcp: 0 });
});

describe("what was not seen", () => {
  test("a hang, a kill, a missing program", () => {
    expect(read(outcomeOf({ timedOut: true, signal: "SIGKILL" }), UNSEEN)).toMatchObject({
      error: expect.stringContaining("in time") as string,
    });
    expect(read(outcomeOf({ signal: "SIGSEGV" }), UNSEEN)).toMatchObject({ error: expect.stringContaining("SIGSEGV") as string });
    expect(read(outcomeOf({ startError: "ENOENT" }), UNSEEN)).toMatchObject({ error: expect.stringContaining("ENOENT") as string });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const texts = VERSIONS.flatMap((folder) =>
    ["one-stream", "eight-streams", "busy"].map((name) => capturedText(`${folder}/${name}.stdout`)),
  );
  const seen = fc.oneof(
    fc.constant(UNSEEN),
    fc
      .record({ amount: fc.integer({ min: 0, max: 1e10 }), seconds: fc.double({ min: 0, max: 10, noNaN: true }) })
      .map(({ amount, seconds }) => loadOf({ amount, seconds: seconds < 1e-3 ? 0 : seconds })),
  );
  fc.assert(
    fc.property(arbitraryOutcome(texts, "none"), seen, (outcome, load) => {
      expectSound(read(outcome, load));
    }),
  );
});
