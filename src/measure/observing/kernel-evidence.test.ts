import { describe, expect, test } from "vitest";
import { CAPTURED_PATH, readingAt } from "../../../test/synthetic/outcome.js";
import type { Sample } from "../../probes/contract.js";
import type { EndpointCounters, Reading } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";
import { kernelEvidence } from "./kernel-evidence.js";

const lane = (workload: Lane["workload"], path: Partial<Lane["path"]> = {}): Lane => ({
  workload,
  path: { ...CAPTURED_PATH, mtu: 1500, ...path },
  stayKey: "host host-host",
});
const sample: Sample = { values: {}, work: 0.1448 };

function counters(rxBytes: number, rxPackets: number, protocols: Record<string, number>): EndpointCounters {
  return { devices: { eth0: { rxBytes, rxPackets, rxDropped: 0, txBytes: 0, txPackets: 0, txDropped: 0 } }, protocols };
}

const from = (out: number, resent: number): EndpointCounters => counters(0, 0, { "Tcp.OutSegs": out, "Tcp.RetransSegs": resent });
const to = (bytes: number, packets: number, opened: number, out: number): EndpointCounters =>
  counters(bytes, packets, { "Tcp.OutSegs": out, "Tcp.RetransSegs": 1, "Tcp.PassiveOpens": opened });

const around = {
  before: readingAt(0, { a: from(500, 2), b: to(1_000, 1, 5, 10) }),
  after: readingAt(1e8, { a: from(100_500, 302), b: to(146_461_000, 25_001, 105, 20_010) }),
};

describe("what the kernels of both ends say", () => {
  test("of a stream's trial: segments, retransmissions, the plan, and the size of the segments that arrived, by each of ECN's marks", () => {
    const received = (unmarked: number, capable: number) => ({
      ...counters(0, 0, { "Tcp.OutSegs": 0, "Tcp.RetransSegs": 0 }),
      protocols: {
        ...{ "Tcp.OutSegs": 10, "Tcp.RetransSegs": 0 },
        ...{ "IpExt.InNoECTPkts": unmarked, "IpExt.InECT0Pkts": capable, "IpExt.InECT1Pkts": 0, "IpExt.InCEPkts": 0 },
      },
    });
    const counted = {
      before: readingAt(0, { a: from(500, 2), b: received(7, 0) }),
      after: readingAt(1e8, { a: from(100_500, 302), b: received(80_007, 20_000) }),
    };
    expect(kernelEvidence(lane("tcp-open"), "trial", sample, counted)).toEqual({
      segments: 100_000,
      retransmitted: 300,
      plannedMtu: 1500,
      meanSegment: 1448,
    });
  });

  test("of a stream's slice: the size of its segments, since the value is the kernel's already", () => {
    expect(kernelEvidence(lane("tcp8"), "slice", sample, around)).toEqual({
      segments: 120_000,
      retransmitted: 300,
      plannedMtu: 1500,
      meanSegment: 1448,
    });
  });

  test("has no size of segments where other programs' packets are counted with them", () => {
    const packets = (count: number): EndpointCounters => {
      const received = { "IpExt.InNoECTPkts": count, "IpExt.InECT0Pkts": 0, "IpExt.InECT1Pkts": 0, "IpExt.InCEPkts": 0 };
      return counters(0, 0, { "Tcp.OutSegs": count, "Tcp.RetransSegs": 0, ...received });
    };
    const read = (count: number, clock: number): Reading => readingAt(clock, { a: packets(count), b: packets(count) });
    const seen = (how: "slice" | "trial", shared: Partial<Lane["path"]>) =>
      kernelEvidence(lane("tcp-open", shared), how, sample, { before: read(0, 0), after: read(100_000, 1e8) })["meanSegment"];
    const node = (kind: "from" | "to") => ({ [kind]: { ...CAPTURED_PATH[kind], shared: true } }) as Partial<Lane["path"]>;
    expect([seen("trial", {}), seen("trial", node("from")), seen("trial", node("to"))]).toEqual([1448, 1448, undefined]);
    expect([seen("slice", {}), seen("slice", node("from")), seen("slice", node("to"))]).toEqual([1448, undefined, 1448]);
  });

  test("of requests: segments; their number is the probe's to compare", () => {
    for (const workload of ["http", "http-keepalive"] as const)
      expect(kernelEvidence(lane(workload), "trial", sample, around)).toEqual({ segments: 120_000, retransmitted: 300 });
  });

  test("is nothing where the ends were not watched, or a counter is missing", () => {
    expect(kernelEvidence(lane("tcp-open"), "trial", sample, { before: readingAt(0), after: readingAt(1e8) })).toEqual({});
    const bare = (out: number): Reading =>
      readingAt(0, { a: counters(0, 0, { "Tcp.OutSegs": out }), b: counters(0, 0, { "Tcp.OutSegs": out }) });
    expect(kernelEvidence(lane("http"), "trial", sample, { before: bare(0), after: bare(7) })).toEqual({ segments: 14 });
  });
});

describe("what the machine says", () => {
  const cpu = { busy: 1, softirq: 0, steal: 0, idle: 1 };
  const at = (clock: number, more: Partial<Reading>): Reading => ({ ...readingAt(clock), ...more });

  test("the busiest CPU, on a capped link only, whichever CPUs came or went meanwhile", () => {
    const read = (perCpu: Record<string, number>) => ({ cpu: { ...cpu, perCpu } });
    const readings = { before: at(0, read({ cpu1: 4, cpu6: 7 })), after: at(1e8, read({ cpu1: 4.03, cpu2: 9, cpu6: 7.09 })) };
    expect(kernelEvidence(lane("tcp", { link: "capped" }), "trial", sample, readings)).toEqual({ busiestCpu: 0.09 });
    expect(kernelEvidence(lane("pps"), "trial", sample, readings)).toEqual({});
  });

  test("time that a quota or a suspension took, where there was any", () => {
    const suspended = { before: at(0, { sinceBoot: 100 }), after: at(1e8, { sinceBoot: 161.1 }) };
    expect(kernelEvidence(lane("pps"), "trial", sample, suspended)).toEqual({ suspendedMs: 61_000 });
    expect(
      kernelEvidence(lane("pps"), "trial", sample, { before: at(0, { sinceBoot: 100 }), after: at(1e8, { sinceBoot: 100.11 }) }),
    ).toEqual({});
    const throttled = { before: at(0, { cpu: { ...cpu, throttled: 1 } }), after: at(1e8, { cpu: { ...cpu, throttled: 1.04 } }) };
    expect(kernelEvidence(lane("pps"), "trial", sample, throttled)).toEqual({ throttledMs: 40 });
  });
});
