/**
 * Workloads observed by time slices: generators that never end by themselves, and counts by the kernels of both ends.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";
import { endOf } from "../model/process-end.js";
import { milliseconds } from "../units/quantity.js";
import type { DeviceCounter, Path, Reading } from "../venues/contract.js";
import type { SliceProbe } from "./contract.js";
import { printed } from "./failure.js";
import { loadOptions, urlOf } from "./http/ab.js";
import { nginxServer } from "./http/nginx.js";
import { clientOptions, iperf3Server, STREAMS } from "./iperf3/iperf3.js";
import { passing } from "./iperf3/parse.js";
import { deviceGrowth, framesOffered, payloadArrived, protocolGrowth, type Readings } from "./kernel-counts.js";
import { floodCommand } from "./trafgen/trafgen.js";

/** Workloads that can be observed by slices. */
export const SLICEABLE = ["tcp-open", "tcp8", "pps", "http", "http-keepalive"] as const satisfies readonly WorkloadName[];
/** One of {@link SLICEABLE}. */
export type SliceableWorkload = (typeof SLICEABLE)[number];

/**
 * Dropped at the start of each slice, by the settle check of `npm run bench:slices`. After 5 ms a mode with a tunnel was still 2 % slower in the first
 * half of a slice than in the second; after 10 ms eight streams were still 1 % faster and kept connections 2.5 % slower.
 */
const SETTLE_MS = { "tcp-open": 10, tcp8: 20, pps: 10, http: 10, "http-keepalive": 20 } as const satisfies Record<
  SliceableWorkload,
  number
>;
const LENGTH_MS = 20;
/** Generators are ended with their block; if that fails they end by themselves. */
const LIFETIME = milliseconds(120_000);
/** Longer than a generator lives. */
const SENDING_SECONDS = 600;
/** More than a block can do; ab reserves 40 bytes for each but touches only those it made. */
const REQUESTS = 5_000_000;

/** iperf3's two sides say less than this to each other before the first byte of a transfer: a cookie of 37 bytes and some hundred bytes of JSON. */
const LEAST_BYTES = 2_000;
/** A flood sends 100 times as much in a slice; neighbours and other pods less. */
const LEAST_FRAMES = 100;

/** The slice probe of a workload. */
export function sliceProbe(workload: SliceableWorkload): SliceProbe {
  switch (workload) {
    case "tcp-open":
    case "tcp8":
      return streams(workload);
    case "pps":
      return flood();
    case "http":
    case "http-keepalive":
      return requests(workload);
  }
}

function streams(workload: "tcp-open" | "tcp8"): SliceProbe {
  return {
    kind: "slice",
    workload,
    programs: ["iperf3"],
    startup: 150,
    settle: SETTLE_MS[workload],
    length: LENGTH_MS,
    servers: (path) => [iperf3Server(path)],
    command: (path) => ({
      argv: ["iperf3", ...clientOptions(path, STREAMS[workload], SENDING_SECONDS), "--interval", "0"],
      reason: "a TCP sender that is suspended and resumed for slices",
      timeout: LIFETIME,
    }),
    leastWork: LEAST_BYTES / 1e9,
    ended: (outcome) => ({ error: endOf("iperf3", outcome), ...passing(printed(outcome)) }),
    count: (before, after, path) => {
      const readings = { before, after };
      const payload = known(payloadArrived(readings, path), path.to.id, path.arrival.device);
      const retransmits = protocolCount(readings, path.from.id, "Tcp.RetransSegs");
      const goodput = (payload * 8) / secondsBetween(readings, path.to.id);
      return { ok: true, sample: { values: { [workload]: goodput }, work: payload / 1e9, facts: { retransmits } } };
    },
  };
}

function flood(): SliceProbe {
  return {
    kind: "slice",
    workload: "pps",
    programs: ["trafgen"],
    startup: 150,
    settle: SETTLE_MS.pps,
    length: LENGTH_MS,
    servers: () => [],
    command: (path) => ({ ...floodCommand(path), timeout: LIFETIME }),
    leastWork: LEAST_FRAMES / 1e6,
    ended: (outcome) => ({ error: endOf("trafgen", outcome) }),
    count: (before, after, path) => {
      const readings = { before, after };
      const forwarded = deviceCount(readings, path.to.id, path.arrival.device, "rxPackets");
      const seconds = secondsBetween(readings, path.to.id);
      const sent = known(framesOffered(readings, path), path.from.id, `frames sent by ${path.frame.device}`);
      // The two ends of another machine's path are read at moments of their own: what was sent is scaled to the time of what was counted.
      const offered = Math.round((sent * seconds) / secondsBetween(readings, path.from.id));
      // A slice ends while frames are on their way, so what arrives late of one slice is counted in the next one.
      const lost = Math.max(0, offered - forwarded);
      return { ok: true, sample: { values: { pps: forwarded / seconds }, work: forwarded / 1e6, counts: { offered, forwarded, lost } } };
    },
  };
}

function requests(workload: "http" | "http-keepalive"): SliceProbe {
  return {
    kind: "slice",
    workload,
    programs: ["nginx", "ab"],
    ...(workload === "http" ? { closesConnections: true } : {}),
    startup: 250,
    settle: SETTLE_MS[workload],
    length: LENGTH_MS,
    servers: (path) => [nginxServer(path)],
    command: (path) => ({
      argv: ["ab", ...loadOptions(workload, REQUESTS), urlOf(path)],
      reason: "an HTTP client that is suspended and resumed for slices",
      timeout: LIFETIME,
    }),
    leastWork: 1 / 1e3,
    ended: (outcome) => ({ error: endOf("ab", outcome) }),
    count: (before, after, path) => {
      const readings = { before, after };
      const served = workload === "http" ? connections(readings, path) : answers(readings, path);
      return { ok: true, sample: { values: { [workload]: served / secondsBetween(readings, path.to.id) }, work: served / 1e3 } };
    },
  };
}

/** A new connection for each request: the server's kernel counts them. */
const connections = (readings: Readings, path: Path): number => protocolCount(readings, path.to.id, "Tcp.PassiveOpens");

/**
 * Over kept connections a request is one segment and so is its answer (612 bytes and headers, less than an MSS); what else the
 * server sends are bare acknowledgements, which it does not need to: each answer carries one. Checked against ab's own count.
 * Where both ends are one host they share this counter, and a request cannot be distinguished from its answer.
 */
const answers = (readings: Readings, path: Path): number => protocolCount(readings, path.to.id, "Tcp.OutSegs");

/** Seconds between an endpoint's two readings, by the clock of its own machine. */
function secondsBetween({ before, after }: Readings, endpoint: string): number {
  const clockOf = (reading: Reading): number => reading.counters[endpoint]?.clock ?? reading.clock;
  const seconds = (clockOf(after) - clockOf(before)) / 1e9;
  if (!(seconds > 0)) throw new Error(`no time passed between two readings of ${endpoint}`);
  return seconds;
}

const deviceCount = (readings: Readings, endpoint: string, device: string, counter: DeviceCounter): number =>
  known(deviceGrowth(readings, endpoint, device, counter), endpoint, `${counter} of ${device}`);

const protocolCount = (readings: Readings, endpoint: string, counter: string): number =>
  known(protocolGrowth(readings, endpoint, counter), endpoint, counter);

function known(count: number | undefined, endpoint: string, counter: string): number {
  if (count === undefined) throw new Error(`${endpoint} has no count of ${counter}, or it was reset`);
  return count;
}
