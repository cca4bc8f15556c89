/**
 * What a run will send, before it sends anything. Pure.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../../model/metric.js";
import type { PathName } from "../../../model/path.js";
import { crossesNodes } from "./layout.js";

/** The rate that bytes are counted at where nothing caps the generators: how fast the links are is not known beforehand. */
const ASSUMED_BITS_PER_SECOND = 10e9;

/** Payload and headers of a request with its answer, with connection set-up; of a round trip's two messages. Bytes, rounded up. */
const REQUEST_BYTES = 1_500;
const ROUND_TRIP_BYTES = 120;
const FRAME_BYTES = 64;
/** The most that was seen of each on one core, a second. */
const MOST_REQUESTS = 30_000;
const MOST_ROUND_TRIPS = 60_000;
const MOST_FRAMES = 2_000_000;

/** What one kind of link carries. */
export interface LinkTraffic {
  /** In words: `from node-1 to node-2`. */
  readonly link: string;
  readonly paths: readonly PathName[];
  /** Seconds of load at most; the paths take turns, one pair at a time. */
  readonly seconds: number;
  /** Bytes at most, both directions. */
  readonly bytes: number;
}

/** The whole of it. */
export interface Traffic {
  readonly links: readonly LinkTraffic[];
  readonly seconds: number;
  readonly bytes: number;
  /** The rate that bulk transfers are counted at, bit/s. */
  readonly atBitsPerSecond: number;
  /** Whether that rate is a cap (`--max-rate`) or an assumption. */
  readonly capped: boolean;
}

/** What traffic follows from. */
export interface TrafficPlan {
  readonly paths: readonly PathName[];
  readonly workloads: readonly WorkloadName[];
  readonly budgetSeconds: number;
  /** Cap on every generator, bit/s. */
  readonly maxRate?: number;
  /** Names of the nodes; `the first node` where they are not known. */
  readonly nodes: { readonly a: string; readonly b: string };
}

/** What pairs of nodes that are measured beside the main run add. */
export interface PairsTraffic {
  readonly pairs: number;
  /** Of measuring, each. */
  readonly budgetSeconds: number;
  readonly paths: readonly PathName[];
  readonly workloads: readonly WorkloadName[];
}

/** The traffic of a run with that of the pairs: an upper bound too, as if no two were measured at once. */
export function withPairs(traffic: Traffic, { pairs, budgetSeconds, paths, workloads }: PairsTraffic): Traffic {
  const seconds = pairs * budgetSeconds;
  const cap = traffic.capped ? traffic.atBitsPerSecond : undefined;
  const bytes = seconds * meanRate(workloads, traffic.atBitsPerSecond, cap);
  const link = { link: `between the other ${String(pairs)} pairs of nodes`, paths, seconds, bytes };
  return { ...traffic, links: [...traffic.links, link], seconds: traffic.seconds + seconds, bytes: traffic.bytes + bytes };
}

/** An upper bound: every second of the budget under load, shared alike among paths and workloads. */
export function trafficOf(plan: TrafficPlan): Traffic {
  const { paths, budgetSeconds, maxRate, nodes } = plan;
  const rate = maxRate ?? ASSUMED_BITS_PER_SECOND;
  const crossing = paths.filter(crossesNodes);
  const staying = paths.filter((path) => !crossesNodes(path));
  const lineOf = (link: string, some: readonly PathName[]): LinkTraffic[] => {
    if (some.length === 0) return [];
    const seconds = (budgetSeconds * some.length) / paths.length;
    return [{ link, paths: some, seconds, bytes: seconds * meanRate(plan.workloads, rate, maxRate) }];
  };
  const links = [...lineOf(`between ${nodes.a} and ${nodes.b}`, crossing), ...lineOf(`inside ${nodes.a}`, staying)];
  const bytes = links.reduce((sum, link) => sum + link.bytes, 0);
  return { links, seconds: budgetSeconds, bytes, atBitsPerSecond: rate, capped: maxRate !== undefined };
}

/** Bytes a second, the mean over workloads that get the same time each. */
function meanRate(workloads: readonly WorkloadName[], rate: number, cap: number | undefined): number {
  const rates = workloads.map((workload) => Math.min(bytesPerSecond(workload, rate), cap === undefined ? Infinity : cap / 8));
  return rates.reduce((sum, one) => sum + one, 0) / Math.max(1, rates.length);
}

function bytesPerSecond(workload: WorkloadName, rate: number): number {
  switch (workload) {
    case "tcp":
    case "tcp-open":
    case "tcp8":
      return rate / 8;
    case "pps":
      return MOST_FRAMES * FRAME_BYTES;
    case "http":
    case "http-keepalive":
      return MOST_REQUESTS * REQUEST_BYTES;
    case "latency.udp":
    case "latency.tcp":
      return MOST_ROUND_TRIPS * ROUND_TRIP_BYTES;
    case "latency.icmp":
      return 500 * 2 * FRAME_BYTES;
  }
}
