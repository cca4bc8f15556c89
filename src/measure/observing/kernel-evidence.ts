/**
 * What the kernel says about an observation beside its value: small facts that self-distrust checks need (docs/distrust.md).
 * @packageDocumentation
 */

import type { Sample } from "../../probes/contract.js";
import { protocolGrowth, type Readings } from "../../probes/kernel-counts.js";
import { largestOf } from "../../statistics/extremes.js";
import type { Path, Reading } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";

/** A suspension shorter than this is the difference between two clocks' ticks. */
const LEAST_SUSPENSION_MS = 100;

/**
 * Facts by name. What was not seen is left out, and what no check asks for: a run file holds thousands of observations. Slices are counted by the
 * kernel anyway, so only trials have its count beside the tool's.
 */
export function kernelEvidence(lane: Lane, how: "trial" | "burst" | "slice", sample: Sample, around: Readings): Record<string, number> {
  const sliced = how === "slice";
  const facts = { ...machineEvidence(lane.path, around), ...pathEvidence(lane, sliced, sample, around) };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && Number.isFinite(value))) as Record<
    string,
    number
  >;
}

type Facts = Record<string, number | undefined>;

/** Of the whole machine: suspension, CPU quota, and on a capped link the busiest CPU. */
function machineEvidence(path: Path, { before, after }: Readings): Facts {
  const elapsed = after.clock - before.clock;
  const suspended =
    before.sinceBoot === undefined || after.sinceBoot === undefined ? 0 : (after.sinceBoot - before.sinceBoot) * 1e3 - elapsed / 1e6;
  const throttled = ((after.cpu.throttled ?? 0) - (before.cpu.throttled ?? 0)) * 1e3;
  return {
    suspendedMs: suspended >= LEAST_SUSPENSION_MS ? Math.round(suspended) : undefined,
    throttledMs: throttled > 0 ? Math.round(throttled) : undefined,
    // On an open link some CPU is always at its limit: that is what such a link is there to show.
    busiestCpu: path.link === "capped" ? busiestCpu(before, after) : undefined,
  };
}

/** Seconds for which the CPU that worked most was busy, or taken by the hypervisor. */
function busiestCpu(before: Reading, after: Reading): number | undefined {
  const busy = Object.entries(after.cpu.perCpu ?? {}).map(([cpu, seconds]) => seconds - (before.cpu.perCpu?.[cpu] ?? seconds));
  return busy.length === 0 ? undefined : rounded(largestOf(busy), 2);
}

/** Of the path's two ends: segments, retransmissions, what arrived, connections. Empty where the ends were not watched. */
function pathEvidence({ workload, path }: Lane, sliced: boolean, sample: Sample, around: Readings): Facts {
  const from = grown(around, path.from.id);
  const to = grown(around, path.to.id);
  if (from === undefined || to === undefined) return {};
  switch (workload) {
    case "tcp":
    case "tcp-open":
    case "tcp8":
      return {
        ...segments(from, to),
        plannedMtu: path.mtu,
        meanSegment: meanSegment(path, sliced, sample, { from, to }),
      };
    case "http":
    case "http-keepalive":
      return segments(from, to);
    default:
      return {};
  }
}

function segments(from: Grown, to: Grown): Facts {
  return {
    segments: from.protocol("Tcp.OutSegs") + to.protocol("Tcp.OutSegs"),
    retransmitted: from.protocol("Tcp.RetransSegs") + to.protocol("Tcp.RetransSegs"),
  };
}

/** Mean payload of a segment; undefined where other programs' packets are counted with it. */
function meanSegment(path: Path, sliced: boolean, sample: Sample, { from, to }: { readonly from: Grown; readonly to: Grown }) {
  const counting = sliced ? path.from : path.to;
  if (counting.shared === true) return undefined;
  return sliced ? segmentSent(sample, from, to) : segmentReceived(sample, to);
}

/** Mean payload of the segments that the sender's kernel counted. During a trial it sends more than arrives, since a queue fills; slices use it. */
const segmentSent = (sample: Sample, from: Grown, to: Grown): number =>
  rounded((sample.work * 1e9 * (from.elapsed / to.elapsed)) / from.protocol("Tcp.OutSegs"), 1);

/** What ip_rcv counts by segment, also of a packet of many that crossed whole (net/ipv4/ip_input.c); by ECN's two bits, each packet once. */
const RECEIVED = ["InNoECTPkts", "InECT0Pkts", "InECT1Pkts", "InCEPkts"];

/** Mean payload of the segments that the receiver's kernel counted. */
const segmentReceived = (sample: Sample, to: Grown): number =>
  rounded((sample.work * 1e9) / RECEIVED.reduce((sum, name) => sum + to.protocol(`IpExt.${name}`), 0), 1);

interface Grown {
  /** Nanoseconds between the two readings, by the clock of the endpoint's machine. */
  readonly elapsed: number;
  readonly protocol: (name: string) => number;
}

/** By how much an endpoint's counters have grown; one that is missing or was set back gives NaN, which no fact is made of. */
function grown(readings: Readings, endpoint: string): Grown | undefined {
  const { before, after } = readings;
  const from = before.counters[endpoint];
  const to = after.counters[endpoint];
  if (from === undefined || to === undefined) return undefined;
  return {
    elapsed: (to.clock ?? after.clock) - (from.clock ?? before.clock),
    protocol: (name) => protocolGrowth(readings, endpoint, name) ?? Number.NaN,
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
