import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAPTURED_PATH, outcomeOf, readingAt } from "../../test/synthetic/outcome.js";
import type { ProbeResult } from "./contract.js";
import { initialSizing, requestsOf, resize, type Sizing } from "./sizing.js";

const served = (rate: number): ProbeResult => ({ ok: true, sample: { values: { http: rate, "http-keepalive": rate }, work: 1 } });
const resized = (sizing: Sizing, result: ProbeResult, seconds = 1): Sizing =>
  resize(sizing, "http", CAPTURED_PATH, { result, outcome: outcomeOf({ after: readingAt(seconds * 1e9) }) });
const requests = (sizing: Sizing): number => requestsOf(sizing, "http", CAPTURED_PATH);

describe("requests of ab", () => {
  test("follow the path's rate", () => {
    expect(requests(resized(initialSizing({ seconds: 0.1 }), served(40_000)))).toBe(4_000);
    expect(requests(resized(initialSizing({ seconds: 0.1 }), served(3_000)))).toBe(300);
  });

  test("stay where they are about right", () => {
    const sizing = initialSizing({ seconds: 0.1 });
    expect(resized(sizing, served(11_000))).toBe(sizing);
  });

  test("of other paths and workloads stay", () => {
    const sizing = resized(initialSizing({ seconds: 0.1 }), served(40_000));
    expect(requestsOf(sizing, "http", { ...CAPTURED_PATH, id: "flannel-udp/open/pod-pod" })).toBe(1_000);
    expect(requestsOf(sizing, "http-keepalive", CAPTURED_PATH)).toBe(1_000);
  });

  test("that were over before they could be counted become more, those that took far too long fewer", () => {
    const failed: ProbeResult = { ok: false, error: "the load was over before it had settled" };
    expect(requests(resized(initialSizing({ seconds: 0.1 }), failed, 0.01))).toBe(10_000);
    expect(requests(resized(initialSizing({ seconds: 0.1 }), failed, 12))).toBe(200);
  });

  test("double where a run was served and yet not seen, and come back after the next that is seen", () => {
    const unseen: ProbeResult = { ok: false, error: "the load was over before it had settled", brief: true };
    const sizing = resized(initialSizing({ seconds: 0.1 }), served(10_000));
    const doubled = resized(sizing, unseen, 0.12);
    expect(requests(doubled)).toBe(2_000);
    expect(requests(resized(doubled, served(10_000)))).toBe(1_000);
  });

  test("whatever a trial says: a whole number within reason", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, noNaN: true }), fc.double({ min: 0, max: 100, noNaN: true }), (rate, seconds) => {
        for (const result of [served(rate), { ok: false, error: "no" } as const]) {
          const amount = requests(resized(initialSizing(), result, seconds));
          expect(Number.isInteger(amount) && amount >= 200 && amount <= 200_000).toBe(true);
        }
      }),
    );
  });
});

test("loads that run until they are ended have nothing to learn", () => {
  const sizing = initialSizing();
  for (const workload of ["tcp", "tcp-open", "tcp8", "pps", "latency.icmp", "latency.udp"] as const)
    expect(resize(sizing, workload, CAPTURED_PATH, { result: served(1), outcome: outcomeOf() })).toBe(sizing);
});
