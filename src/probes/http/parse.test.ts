import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { endpointWith, loadOf } from "../../../test/synthetic/load.js";
import { arbitraryOutcome, CAPTURED_PATH, capturedOutcome, capturedText, outcomeOf, readingAt } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import { countOf, percentileOf } from "../../statistics/kaplan-meier.js";
import type { ProcessOutcome } from "../../venues/contract.js";
import { parseAb, QUANTILES } from "./parse.js";

/** 400 requests in a tenth of a second reach the server's kernel. */
const SEEN = loadOf({ amount: 400, seconds: 0.1 });
const read = (workload: "http" | "http-keepalive", outcome: ProcessOutcome, path = CAPTURED_PATH) => parseAb(workload, outcome, path, SEEN);
const quantile = (name: string, percent: number): number =>
  Number(new RegExp(`^${String(percent)},([\\d.]+)$`, "m").exec(capturedText(`ab/${name}.csv`))?.[1]) * 1e3;

describe("a run", () => {
  test("with a new connection for each request", () => {
    const sample = sampleIn(read("http", capturedOutcome("ab/connections", QUANTILES)));
    expect(sample.values).toEqual({
      http: 4_000,
      "http.p50": quantile("connections", 50),
      "http.p99": quantile("connections", 99),
    });
    expect(sample.work).toBe(0.4);
    expect(sample.counts).toEqual({ offered: 500, forwarded: 500, failed: 0 });
  });

  test("its histogram holds every request, and its percentiles are ab's", () => {
    const { histogram = [] } = sampleIn(read("http", capturedOutcome("ab/connections", QUANTILES)));
    expect(countOf({ completed: histogram })).toBe(500);
    expect((percentileOf({ completed: histogram }, 0.5)?.value ?? 0) / quantile("connections", 50)).toBeCloseTo(1, 1);
    expect((percentileOf({ completed: histogram }, 0.99)?.value ?? 0) / quantile("connections", 99)).toBeCloseTo(1, 1);
  });

  test("over kept connections has no percentile metrics", () => {
    const sample = sampleIn(read("http-keepalive", capturedOutcome("ab/keepalive", QUANTILES)));
    expect(sample.values).toEqual({ "http-keepalive": 4_000 });
  });

  test("failed requests are counted and earn no rate", () => {
    const told = capturedText("ab/connections.stdout").replace(/^Failed requests: .*$/m, "Failed requests:        100");
    const sample = sampleIn(read("http", { ...capturedOutcome("ab/connections", QUANTILES), stdout: told }));
    expect(sample.counts).toEqual({ offered: 500, forwarded: 400, failed: 100 });
    expect(sample.values["http"]).toBeCloseTo(4_000 * 0.8, 6);
  });
});

describe("what is no page of podwire's server", () => {
  const whole = capturedText("ab/connections.stdout");
  /** What ab would have said of 500 answers of which some were of other kinds. */
  const told = (lines: Readonly<Record<string, string>>) =>
    Object.entries(lines).reduce((text, [label, value]) => {
      const line = new RegExp(`^${label}:.*$`, "m");
      return line.test(text)
        ? text.replace(line, `${label}: ${value}`)
        : text.replace("HTML transferred", `${label}: ${value}\nHTML transferred`);
    }, whole);
  const readTold = (lines: Readonly<Record<string, string>>) =>
    read("http", { ...capturedOutcome("ab/connections", QUANTILES), stdout: told(lines) });
  const lengths = (count: number) => `${String(count)}\n   (Connect: 0, Receive: 0, Length: ${String(count)}, Exceptions: 0)`;

  test("a larger page is another server's, whatever its status", () => {
    const foreign = readTold({ "Document Length": "6120 bytes", "HTML transferred": "3060000 bytes" });
    expect(foreign).toMatchObject({
      ok: false,
      error: "not podwire's server answers: 6120 bytes a request, and its page has 612",
      evidence: expect.stringContaining("Document Length: 6120 bytes") as string,
    });
  });

  test("an answer that is no page and of another length is lost once: 50 of 500 are 502", () => {
    const sample = sampleIn(readTold({ "Failed requests": lengths(50), "Non-2xx responses": "50", "HTML transferred": "303250 bytes" }));
    expect(sample.counts).toEqual({ offered: 500, forwarded: 450, failed: 50 });
  });

  test("a page that is cut off is lost, also where it came first and ab takes its length for the right one", () => {
    const some = sampleIn(readTold({ "Failed requests": lengths(50), "HTML transferred": "290700 bytes" }));
    expect(some.counts).toEqual({ offered: 500, forwarded: 450, failed: 50 });
    const first = readTold({ "Document Length": "300 bytes", "Failed requests": lengths(499), "HTML transferred": "305688 bytes" });
    expect(sampleIn(first).counts).toEqual({ offered: 500, forwarded: 499, failed: 1 });
  });

  test("an empty answer to everything, such as 304, serves nothing", () => {
    expect(readTold({ "Document Length": "0 bytes", "Non-2xx responses": "500", "HTML transferred": "0 bytes" })).toMatchObject({
      ok: false,
      error: "all 500 requests failed",
    });
  });
});

describe("what the server's kernel counted", () => {
  const keepalive = capturedOutcome("ab/keepalive", QUANTILES);
  const oneHost = { ...CAPTURED_PATH, to: CAPTURED_PATH.from };

  test("counts twice where both ends are one host", () => {
    expect(sampleIn(read("http-keepalive", keepalive, oneHost)).values).toEqual({ "http-keepalive": 2_000 });
    expect(sampleIn(read("http", capturedOutcome("ab/connections", QUANTILES), oneHost)).values["http"]).toBe(4_000);
  });

  test("of the whole run stands beside ab's own number", () => {
    const around = (name: string): Pick<ProcessOutcome, "before" | "after"> => ({
      before: readingAt(0, { b: endpointWith({}, { [name]: 7 }) }),
      after: readingAt(1e9, { b: endpointWith({}, { [name]: 527 }) }),
    });
    expect(sampleIn(read("http", { ...capturedOutcome("ab/connections", QUANTILES), ...around("Tcp.PassiveOpens") })).facts).toMatchObject({
      connections: 520,
    });
    expect(sampleIn(read("http-keepalive", { ...keepalive, ...around("Tcp.OutSegs") })).facts).toMatchObject({ answers: 520 });
    expect(sampleIn(read("http-keepalive", { ...keepalive, ...around("Tcp.InSegs") })).facts).toMatchObject({ requestSegments: 520 });
  });

  test("nothing is a failure", () => {
    const unseen = { unseen: "the load was over before it had settled", brief: true } as const;
    expect(parseAb("http", capturedOutcome("ab/connections", QUANTILES), CAPTURED_PATH, unseen)).toMatchObject({
      ok: false,
      error: unseen.unseen,
      brief: true,
    });
    // More requests would not help where none was served, or none counted.
    const silent = { unseen: "no load arrived within 3 s" };
    expect(parseAb("http", capturedOutcome("ab/connections", QUANTILES), CAPTURED_PATH, silent)).not.toHaveProperty("brief");
    expect(read("http", capturedOutcome("ab/refused", QUANTILES))).not.toHaveProperty("brief");
  });
});

describe("a failure", () => {
  test.each([
    ["not-found", "all 200 requests failed", "Non-2xx responses:      200"],
    ["refused", "all 200 requests failed", "Receive: 200"],
    // ab itself reports 200 complete and 0 failed requests here.
    ["broken", "all 200 requests failed", "Document Length:        0 bytes"],
  ])("%s", (name, error, evidence) => {
    expect(read("http", capturedOutcome(`ab/${name}`, QUANTILES))).toMatchObject({
      ok: false,
      error,
      evidence: expect.stringContaining(evidence) as string,
    });
  });

  test("a path that swallows everything", () => {
    expect(read("http", capturedOutcome("ab/timed-out"))).toMatchObject({
      ok: false,
      error: expect.stringContaining("timeout specified has expired") as string,
    });
  });

  test("a missing or cut table of quantiles", () => {
    const whole = capturedOutcome("ab/connections", QUANTILES);
    const cut = { ...whole, collected: { [QUANTILES]: capturedText("ab/connections.csv").slice(0, 500) } };
    for (const outcome of [cut, { ...whole, collected: {} }]) {
      expect(read("http", outcome)).toMatchObject({ ok: false, error: expect.stringContaining("quantiles") as string });
    }
  });

  test("a hang", () => {
    expect(read("http", outcomeOf({ timedOut: true }))).toMatchObject({
      ok: false,
      error: expect.stringContaining("in time") as string,
    });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const texts = ["connections.stdout", "refused.stdout", "connections.csv"].map((name) => capturedText(`ab/${name}`));
  fc.assert(
    fc.property(arbitraryOutcome(texts, QUANTILES), (outcome) => {
      expectSound(read("http", outcome));
    }),
  );
});
