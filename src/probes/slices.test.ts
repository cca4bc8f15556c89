import fc from "fast-check";
import { expect, test } from "vitest";
import { CAPTURED_PATH, readingAt } from "../../test/synthetic/outcome.js";
import type { EndpointCounters } from "../venues/contract.js";
import { SLICEABLE, sliceProbe } from "./slices.js";

const SECOND = 1e9;

/** Counters of an endpoint that has done `amount` of everything. */
function counters(amount: number, clock?: number): EndpointCounters {
  const device = { rxBytes: amount * 1000, rxPackets: amount, rxDropped: 0, txBytes: amount * 1000, txPackets: amount, txDropped: 0 };
  const protocols = { "Tcp.RetransSegs": 0, "Tcp.PassiveOpens": amount, "Tcp.OutSegs": amount };
  return { devices: { eth0: device }, protocols, ...(clock === undefined ? {} : { clock }) };
}

test.each(SLICEABLE)("%s is a rate by the clock of the machine that counted", (workload) => {
  const probe = sliceProbe(workload);
  const rate = (before: EndpointCounters, after: EndpointCounters, clock: number): number | undefined => {
    const own = counters(0);
    const result = probe.count(readingAt(0, { a: own, b: before }), readingAt(clock, { a: own, b: after }), CAPTURED_PATH);
    return result.ok ? result.sample.values[workload] : undefined;
  };
  const usual = rate(counters(0), counters(5000), SECOND);
  expect(usual).toBeGreaterThan(0);
  // The far machine was up for a day longer, and saw twice as much within two of its own seconds.
  expect(rate(counters(0, 86_400 * SECOND), counters(10_000, 86_402 * SECOND), SECOND)).toBeCloseTo(usual ?? 0, 6);
});

test.each(SLICEABLE)("%s of no time, or of a clock that went back, is an error and no rate", (workload) => {
  for (const [from, to] of [
    [SECOND, SECOND],
    [SECOND, 0],
  ] as const)
    expect(() =>
      sliceProbe(workload).count(
        readingAt(from, { a: counters(0), b: counters(0) }),
        readingAt(to, { a: counters(9), b: counters(9) }),
        CAPTURED_PATH,
      ),
    ).toThrow("no time passed between two readings of b");
});

test("frames that the sending device dropped were offered, and are lost", () => {
  const dropping = (amount: number): EndpointCounters => {
    const { devices, protocols } = counters(amount);
    const eth0 = devices["eth0"];
    if (eth0 === undefined) throw new Error("no device");
    return { devices: { eth0: { ...eth0, txDropped: amount } }, protocols };
  };
  const [before, after] = [readingAt(0, { a: dropping(0), b: counters(0) }), readingAt(SECOND, { a: dropping(1_000), b: counters(1_000) })];
  const result = sliceProbe("pps").count(before, after, CAPTURED_PATH);
  expect(result).toMatchObject({ ok: true, sample: { counts: { offered: 2_000, forwarded: 1_000, lost: 1_000 } } });
});

test("frames that were sent outside the far end's window are not lost ones", () => {
  const windows = fc.record({ near: fc.integer({ min: 20, max: 60 }), far: fc.integer({ min: 10, max: 40 }) });
  fc.assert(
    fc.property(windows, ({ near, far }) => {
      const before = readingAt(0, { a: counters(0), b: counters(0, 7) });
      const after = readingAt(near * 1e6, { a: counters(near * 100), b: counters(far * 100, 7 + far * 1e6) });
      const result = sliceProbe("pps").count(before, after, CAPTURED_PATH);
      expect(result).toMatchObject({ ok: true, sample: { counts: { offered: far * 100, forwarded: far * 100, lost: 0 } } });
    }),
  );
});
