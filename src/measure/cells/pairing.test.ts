import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findMetric, type Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { CampaignRecord } from "./campaign-record.js";
import { pairRound } from "./pairing.js";

function metric(name: string): Metric {
  const found = findMetric(name);
  if (found === undefined) throw new Error(`no metric ${name}`);
  return found;
}

const HOST: MeasuredPath = { mode: "host", path: "host-host" };
const PODS: MeasuredPath = { mode: "macvlan", path: "pod-pod" };

function seen(path: MeasuredPath, round: number, what: Partial<Observation>): Observation {
  const cpu = { busy: 1, softirq: 0, steal: 0, idle: 0 };
  return { workload: "tcp", round, position: 0, startedAt: 0, elapsed: 1, values: {}, work: 1, cpu, ...path, ...what };
}

function recordOf(...observations: readonly Observation[]): CampaignRecord {
  const record = new CampaignRecord();
  for (const observation of observations) record.add(observation);
  return record;
}

function ratio(record: CampaignRecord, round: number, of = metric("tcp")): number | string {
  const pair = pairRound({ record, round, metric: of }, PODS, HOST);
  return pair.kind === "paired" ? Math.exp(pair.logRatio ?? Number.NaN) : pair.kind === "lost" ? `lost: ${pair.reason}` : pair.kind;
}

const host = (round: number, value: number) => seen(HOST, round, { values: { tcp: value } });
const pods = (round: number, value: number) => seen(PODS, round, { values: { tcp: value } });

describe("a pair", () => {
  test("is the mode over the median of the host's observations of the same round", () => {
    const record = recordOf(host(0, 100), host(0, 1), host(0, 120), pods(0, 50), host(1, 1000), pods(1, 900));
    expect(ratio(record, 0)).toBeCloseTo(0.5, 12);
    expect(ratio(record, 1)).toBeCloseTo(0.9, 12);
  });

  test("does not depend on the order within a round", () => {
    const values = fc.array(fc.double({ min: 1, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(values, fc.double({ min: 1, max: 1e9, noNaN: true }), (hosts, own) => {
        const forwards = recordOf(...hosts.map((value) => host(0, value)), pods(0, own));
        const backwards = recordOf(pods(0, own), ...[...hosts].reverse().map((value) => host(0, value)));
        expect(ratio(forwards, 0)).toBe(ratio(backwards, 0));
      }),
    );
  });

  test("of a path that moved nothing is 0, not missing", () => {
    expect(ratio(recordOf(host(0, 100), pods(0, 0)), 0)).toBe(0);
  });

  test("is lost when the host moved nothing", () => {
    expect(ratio(recordOf(host(0, 0), pods(0, 5)), 0)).toMatch(/^lost: host host-host: nothing moved/);
  });

  test("is lost with the tool's reason when an observation failed", () => {
    expect(ratio(recordOf(host(0, 100), seen(PODS, 0, { error: "iperf3 timed out" })), 0)).toBe("lost: iperf3 timed out");
    expect(ratio(recordOf(host(0, 100), seen(PODS, 0, {})), 0)).toBe("lost: no tcp was reported");
    expect(ratio(recordOf(seen(HOST, 0, { error: "iperf3 timed out" }), pods(0, 5)), 0)).toBe("lost: host host-host: iperf3 timed out");
  });

  test("stands on the host's other observations when one of them failed", () => {
    expect(ratio(recordOf(host(0, 100), seen(HOST, 0, { error: "killed" }), pods(0, 50)), 0)).toBeCloseTo(0.5, 12);
  });

  test("is absent, not lost, when a path had left or the round was cut short", () => {
    expect(ratio(recordOf(host(0, 100)), 0)).toBe("absent");
    expect(ratio(recordOf(pods(0, 100)), 0)).toBe("absent");
  });

  test("of a time has no zero: a clock that says 0 has failed", () => {
    const icmp = metric("latency.icmp");
    const record = recordOf(seen(HOST, 0, { values: { "latency.icmp": 20 } }), seen(PODS, 0, { values: { "latency.icmp": 0 } }));
    expect(ratio(record, 0, icmp)).toBe("lost: latency.icmp was reported as 0 us");
  });
});
