import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryOutcome, capturedOutcome, capturedText, outcomeOf } from "../../../test/synthetic/outcome.js";
import { expectSound, sampleIn } from "../../../test/synthetic/probe-result.js";
import { countOf, percentileOf } from "../../statistics/kaplan-meier.js";
import { parseAb, QUANTILES } from "./parse.js";

const printedRate = (name: string): number => Number(/Requests per second: +([\d.]+)/.exec(capturedText(`ab/${name}.stdout`))?.[1]);
const quantile = (name: string, percent: number): number =>
  Number(new RegExp(`^${String(percent)},([\\d.]+)$`, "m").exec(capturedText(`ab/${name}.csv`))?.[1]) * 1e3;

describe("a run", () => {
  test("with a new connection for each request", () => {
    const sample = sampleIn(parseAb("http", capturedOutcome("ab/connections", QUANTILES)));
    expect(sample.values).toEqual({
      http: printedRate("connections"),
      "http.p50": quantile("connections", 50),
      "http.p99": quantile("connections", 99),
    });
    expect(sample.work).toBe(0.5);
    expect(sample.counts).toEqual({ offered: 500, forwarded: 500, failed: 0 });
  });

  test("its histogram holds every request, and its percentiles are ab's", () => {
    const { histogram = [] } = sampleIn(parseAb("http", capturedOutcome("ab/connections", QUANTILES)));
    expect(countOf({ completed: histogram })).toBe(500);
    expect((percentileOf({ completed: histogram }, 0.5)?.value ?? 0) / quantile("connections", 50)).toBeCloseTo(1, 1);
    expect((percentileOf({ completed: histogram }, 0.99)?.value ?? 0) / quantile("connections", 99)).toBeCloseTo(1, 1);
  });

  test("over kept connections has no percentile metrics", () => {
    const sample = sampleIn(parseAb("http-keepalive", capturedOutcome("ab/keepalive", QUANTILES)));
    expect(sample.values).toEqual({ "http-keepalive": printedRate("keepalive") });
  });

  test("failed requests are counted and earn no rate", () => {
    const told = capturedText("ab/connections.stdout").replace(/^Failed requests: .*$/m, "Failed requests:        100");
    const sample = sampleIn(parseAb("http", { ...capturedOutcome("ab/connections", QUANTILES), stdout: told }));
    expect(sample.counts).toEqual({ offered: 500, forwarded: 400, failed: 100 });
    expect(sample.values["http"]).toBeCloseTo(printedRate("connections") * 0.8, 6);
  });
});

describe("a failure", () => {
  test.each([
    ["not-found", "all 200 requests failed", "Non-2xx responses:      200"],
    ["refused", "all 200 requests failed", "Receive: 200"],
    // ab itself reports 200 complete and 0 failed requests here.
    ["broken", "all 200 requests failed", "Document Length:        0 bytes"],
  ])("%s", (name, error, evidence) => {
    expect(parseAb("http", capturedOutcome(`ab/${name}`, QUANTILES))).toMatchObject({
      ok: false,
      error,
      evidence: expect.stringContaining(evidence) as string,
    });
  });

  test("a path that swallows everything", () => {
    expect(parseAb("http", capturedOutcome("ab/timed-out"))).toMatchObject({
      ok: false,
      error: expect.stringContaining("timeout specified has expired") as string,
    });
  });

  test("a missing or cut table of quantiles", () => {
    const whole = capturedOutcome("ab/connections", QUANTILES);
    const cut = { ...whole, collected: { [QUANTILES]: capturedText("ab/connections.csv").slice(0, 500) } };
    for (const outcome of [cut, { ...whole, collected: {} }]) {
      expect(parseAb("http", outcome)).toMatchObject({ ok: false, error: expect.stringContaining("quantiles") as string });
    }
  });

  test("a hang", () => {
    expect(parseAb("http", outcomeOf({ timedOut: true }))).toMatchObject({
      ok: false,
      error: expect.stringContaining("in time") as string,
    });
  });
});

test("whatever is printed: a sound sample or an error, never an exception", () => {
  const texts = ["connections.stdout", "refused.stdout", "connections.csv"].map((name) => capturedText(`ab/${name}`));
  fc.assert(
    fc.property(arbitraryOutcome(texts, QUANTILES), (outcome) => {
      expectSound(parseAb("http", outcome));
    }),
  );
});
