/**
 * What the kernel says about an observation beside its value: small facts that self-distrust checks need (docs/distrust.md).
 * @packageDocumentation
 */

import type { Sample } from "../../probes/contract.js";
import { largestOf } from "../../statistics/extremes.js";
import type { EndpointCounters, Path, Reading } from "../../venues/contract.js";
import type { Lane } from "../rounds/lanes.js";

/** The readings around an observation. */
export interface Around {
  readonly before: Reading;
  readonly after: Reading;
}

/** Ethernet, IPv4 and TCP with timestamps: what a device counts of each packet beyond its payload. */
const HEADER_BYTES = 14 + 20 + 32;
/** A suspension shorter than this is the difference between two clocks' ticks. */
const LEAST_SUSPENSION_MS = 100;

/**
 * Facts by name. What was not seen is left out, and what no check asks for: a run file holds thousands of observations. Slices are counted by the
 * kernel anyway, so only trials have its count beside the tool's.
 */
export function kernelEvidence(lane: Lane, how: "trial" | "burst" | "slice", sample: Sample, around: Around): Record<string, number> {
  const sliced = how === "slice";
  const facts = { ...machineEvidence(lane.path, around), ...pathEvidence(lane, sliced, sample, around) };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && Number.isFinite(value))) as Record<
    string,
    number
  >;
}

type Facts = Record<string, number | undefined>;

/** Of the whole machine: suspension, CPU quota, and on a capped link the busiest CPU. */
function machineEvidence(path: Path, { before, after }: Around): Facts {
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
function pathEvidence({ workload, path }: Lane, sliced: boolean, sample: Sample, around: Around): Facts {
  const from = grown(around, path.from.id);
  const to = grown(around, path.to.id);
  if (from === undefined || to === undefined) return {};
  switch (workload) {
    case "tcp":
    case "tcp-open":
    case "tcp8":
      return { ...segments(from, to), plannedMtu: path.mtu, ...(sliced ? meanSegment(sample, from, to) : arrived(path, to)) };
    case "http":
      return { ...segments(from, to), ...(sliced ? {} : { connections: to.protocol("Tcp.PassiveOpens") }) };
    case "http-keepalive":
      // Where both ends are one endpoint its segments are requests and answers.
      return { ...segments(from, to), ...(sliced || path.from.id === path.to.id ? {} : { answers: to.protocol("Tcp.OutSegs") }) };
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

/** Mean payload of the segments that the sender's kernel counted. A trial's last bytes are under way when it ends, so this is for slices; trials have the tool's MSS. */
const meanSegment = (sample: Sample, from: Grown, to: Grown): Facts => ({
  meanSegment: rounded((sample.work * 1e9 * (from.elapsed / to.elapsed)) / from.protocol("Tcp.OutSegs"), 1),
});

/** Payload that the receiver's kernel counted. */
const arrived = ({ arrival }: Path, to: Grown): Facts => ({
  arrivedBytes: to.device(arrival.device, "rxBytes") - HEADER_BYTES * to.device(arrival.device, "rxPackets"),
});

interface Grown {
  /** Nanoseconds between the two readings, by the clock of the endpoint's machine. */
  readonly elapsed: number;
  readonly protocol: (name: string) => number;
  readonly device: (name: string, counter: keyof EndpointCounters["devices"][string]) => number;
}

/** By how much an endpoint's counters have grown; a counter that is missing gives NaN, which no fact is made of. */
function grown({ before, after }: Around, endpoint: string): Grown | undefined {
  const from = before.counters[endpoint];
  const to = after.counters[endpoint];
  if (from === undefined || to === undefined) return undefined;
  return {
    elapsed: (to.clock ?? after.clock) - (from.clock ?? before.clock),
    protocol: (name) => (to.protocols[name] ?? Number.NaN) - (from.protocols[name] ?? Number.NaN),
    device: (name, counter) => (to.devices[name]?.[counter] ?? Number.NaN) - (from.devices[name]?.[counter] ?? Number.NaN),
  };
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
