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
  });

  test("nothing is a failure", () => {
    const unseen = { unseen: "the load was over before it had settled" };
    expect(parseAb("http", capturedOutcome("ab/connections", QUANTILES), CAPTURED_PATH, unseen)).toMatchObject({
      ok: false,
      error: unseen.unseen,
    });
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
