import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CAPTURED_PATH } from "../../test/synthetic/outcome.js";
import type { ProbeResult } from "./contract.js";
import { amountOf, initialSizing, resize, type TrialWorkload } from "./sizing.js";

const took = (seconds: number): ProbeResult => ({ ok: true, sample: { values: {}, work: 1, facts: { seconds } } });
const slowPath = { ...CAPTURED_PATH, id: "flannel-udp/open/pod-pod" };
const sized: readonly TrialWorkload[] = ["tcp", "tcp-open", "tcp8", "pps", "http", "http-keepalive"];

test("a capped transfer begins with 100 ms of its link's rate", () => {
  expect(amountOf(initialSizing(1e9), "tcp", CAPTURED_PATH)).toBe(12.5e6);
  expect(amountOf(initialSizing(1e8), "tcp", CAPTURED_PATH)).toBe(1.25e6);
});

describe("after a trial", () => {
  test("the amount follows the path's speed", () => {
    const sizing = resize(initialSizing(), "tcp-open", CAPTURED_PATH, took(0.04), 0.2);
    expect(amountOf(sizing, "tcp-open", CAPTURED_PATH)).toBe(80e6);
  });

  test("that took twice as long as wanted, the amount is halved", () => {
    const sizing = resize(initialSizing(), "tcp-open", CAPTURED_PATH, took(0.4), 0.2);
    expect(amountOf(sizing, "tcp-open", CAPTURED_PATH)).toBe(8e6);
  });

  test("other paths and workloads keep theirs", () => {
    const before = initialSizing();
    const after = resize(before, "tcp-open", CAPTURED_PATH, took(0.04), 0.2);
    expect(amountOf(after, "tcp-open", slowPath)).toBe(amountOf(before, "tcp-open", slowPath));
    expect(amountOf(after, "tcp8", CAPTURED_PATH)).toBe(amountOf(before, "tcp8", CAPTURED_PATH));
  });

  test("that took about as long as wanted, nothing changes", () => {
    const sizing = initialSizing();
    expect(resize(sizing, "http", CAPTURED_PATH, took(0.18), 0.2)).toBe(sizing);
  });

  test("on a capped link, all paths that come near its rate keep one amount, also after a stall", () => {
    const capped = { ...CAPTURED_PATH, link: "capped" as const };
    const before = initialSizing(1e9);
    expect(resize(before, "tcp", capped, took(0.15), 0.08)).toBe(before);
    const stalled = resize(before, "tcp", capped, took(1), 0.08);
    expect(amountOf(stalled, "tcp", capped)).toBe(1e6);
    expect(amountOf(resize(before, "tcp", capped, took(0.39), 0.08), "tcp", capped)).toBe(12.5e6);
    expect(amountOf(resize(stalled, "tcp", capped, took(0.008), 0.08), "tcp", capped)).toBe(12.5e6);
  });

  test("that failed, it is divided", () => {
    const sizing = resize(initialSizing(), "pps", CAPTURED_PATH, { ok: false, error: "timed out" }, 0.2);
    expect(amountOf(sizing, "pps", CAPTURED_PATH)).toBe(2_000);
  });

  test("bursts and pings have nothing to learn", () => {
    const sizing = initialSizing();
    expect(resize(sizing, "latency.udp", CAPTURED_PATH, took(9), 0.2)).toBe(sizing);
    expect(resize(sizing, "latency.icmp", CAPTURED_PATH, took(9), 0.2)).toBe(sizing);
  });
});

test("a path of any steady speed is learned in at most five trials", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...sized),
      fc.double({ min: -2, max: 3, noNaN: true }),
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      (workload, exponent, target) => {
        let sizing = initialSizing();
        const perSecond = (amountOf(sizing, workload, CAPTURED_PATH) / target) * 10 ** exponent;
        for (let trial = 0; trial < 5; trial++)
          sizing = resize(sizing, workload, CAPTURED_PATH, took(amountOf(sizing, workload, CAPTURED_PATH) / perSecond), target);
        expect(resize(sizing, workload, CAPTURED_PATH, took(amountOf(sizing, workload, CAPTURED_PATH) / perSecond), target)).toBe(sizing);
      },
    ),
  );
});

test("whatever a trial says, the amount stays a whole number within reason", () => {
  fc.assert(
    fc.property(fc.constantFrom(...sized), fc.double({ min: 0, noNaN: true }), (workload, seconds) => {
      const amount = amountOf(resize(initialSizing(1e9), workload, CAPTURED_PATH, took(seconds), 0.2), workload, CAPTURED_PATH);
      expect(Number.isInteger(amount) && amount >= 100 && amount <= 4e9).toBe(true);
    }),
  );
});
