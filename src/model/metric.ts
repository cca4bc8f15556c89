/**
 * What can be measured: workloads (one way to load a path) and the metrics that one workload yields.
 * The names are a contract: they stand in run files, on the command line and in reports.
 * @packageDocumentation
 */
import type { Unit } from "../units/quantity.js";
import { DEFAULT_FRAME_SIZE, FRAME_SIZES, type FrameSize, LOSS_METRICS, type LossMetric } from "./no-drop.js";

/** One way to put load on a path. Each observation runs exactly one workload and yields every metric of it. */
export const WORKLOADS = [
  "tcp",
  "tcp-open",
  "tcp8",
  "pps",
  "latency.udp",
  "latency.tcp",
  "latency.icmp",
  "http",
  "http-keepalive",
] as const;
/** One of {@link WORKLOADS}. */
export type WorkloadName = (typeof WORKLOADS)[number];

/** How a metric's number comes from a path's observations. */
export type Estimator =
  /** One number an observation; the cell is about the median of in-round ratios. */
  | { readonly kind: "value" }
  /** A percentile (0 < p < 1) of the histograms pooled over a path's observations. */
  | { readonly kind: "percentile"; readonly p: number }
  /** Work per CPU second: a ratio of sums over rounds, since /proc/stat ticks are 10 ms. */
  | { readonly kind: "cpu" };

/** A metric: one number a cell. */
export interface Metric {
  readonly name: string;
  readonly workload: WorkloadName;
  readonly unit: Unit;
  readonly better: "higher" | "lower";
  readonly estimator: Estimator;
  /** What the number is, in one line, for help and reports. */
  readonly title: string;
  /** No part of its workload or of a group: asked for by its own name alone, since it cannot be known as its workload is observed today. */
  readonly byNameOnly?: true;
}

/** The link that a workload runs on: `capped` has the scenario's rate limit, `open` has none. */
export type LinkKind = "capped" | "open";

/** Facts of a workload that measuring and reporting need. */
export interface Workload {
  readonly name: WorkloadName;
  readonly link: LinkKind;
  /** The unit of work that CPU cost is counted in, e.g. CPU seconds per GB. */
  readonly cpuUnit: Unit;
}

const GB = "CPU s/GB";
const KREQ = "CPU s/thousand requests";
const TRIPS = "CPU s/million round trips";

const WORKLOAD_FACTS: Readonly<Record<WorkloadName, Omit<Workload, "name">>> = {
  tcp: { link: "capped", cpuUnit: GB },
  "tcp-open": { link: "open", cpuUnit: GB },
  tcp8: { link: "open", cpuUnit: GB },
  pps: { link: "open", cpuUnit: "CPU s/million frames" },
  "latency.udp": { link: "open", cpuUnit: TRIPS },
  "latency.tcp": { link: "open", cpuUnit: TRIPS },
  "latency.icmp": { link: "open", cpuUnit: TRIPS },
  http: { link: "open", cpuUnit: KREQ },
  "http-keepalive": { link: "open", cpuUnit: KREQ },
};

/** Looks up the facts of a workload. */
export function workload(name: WorkloadName): Workload {
  return { name, ...WORKLOAD_FACTS[name] };
}

const value = { kind: "value" } as const;
const percentile = (p: number) => ({ kind: "percentile", p }) as const;

function latencyPercentiles(protocol: "udp" | "tcp"): Metric[] {
  const levels: readonly (readonly [string, number])[] = [
    ["p50", 0.5],
    ["p90", 0.9],
    ["p99", 0.99],
    ["p99.9", 0.999],
  ];
  return levels.map(([label, p]) => ({
    name: `latency.${protocol}.${label}`,
    workload: `latency.${protocol}`,
    unit: "us",
    better: "lower",
    estimator: percentile(p),
    title: `${protocol.toUpperCase()} round trip, ${label} (sockperf ping-pong)`,
  }));
}

const PRIMARY_METRICS: readonly Metric[] = [
  {
    name: "tcp",
    workload: "tcp",
    unit: "bit/s",
    better: "higher",
    estimator: value,
    title: "TCP goodput at the receiver, one stream, capped link (iperf3)",
  },
  {
    name: "tcp-open",
    workload: "tcp-open",
    unit: "bit/s",
    better: "higher",
    estimator: value,
    title: "TCP goodput at the receiver, one stream, uncapped (iperf3)",
  },
  {
    name: "tcp8",
    workload: "tcp8",
    unit: "bit/s",
    better: "higher",
    estimator: value,
    title: "TCP goodput at the receiver, eight streams, uncapped (iperf3)",
  },
  {
    name: "pps",
    workload: "pps",
    unit: "frame/s",
    better: "higher",
    estimator: value,
    title: "64-byte frames forwarded at full flood (trafgen, counted by the receiver's kernel)",
  },
  ...latencyPercentiles("udp"),
  ...latencyPercentiles("tcp"),
  {
    name: "latency.icmp",
    workload: "latency.icmp",
    unit: "us",
    better: "lower",
    estimator: value,
    title: "ICMP round trip, mean of a burst (ping)",
  },
  {
    name: "http",
    workload: "http",
    unit: "request/s",
    better: "higher",
    estimator: value,
    title: "HTTP requests, a new connection for each (nginx, ab -c 50)",
  },
  {
    name: "http.p50",
    workload: "http",
    unit: "us",
    better: "lower",
    estimator: percentile(0.5),
    title: "HTTP request time, p50 (nginx, ab -c 50)",
  },
  {
    name: "http.p99",
    workload: "http",
    unit: "us",
    better: "lower",
    estimator: percentile(0.99),
    title: "HTTP request time, p99 (nginx, ab -c 50)",
  },
  {
    name: "http-keepalive",
    workload: "http-keepalive",
    unit: "request/s",
    better: "higher",
    estimator: value,
    title: "HTTP requests over kept connections (nginx, ab -k -c 50)",
  },
];

const CPU_METRICS: readonly Metric[] = WORKLOADS.map((name) => ({
  name: `${name}.cpu`,
  workload: name,
  unit: WORKLOAD_FACTS[name].cpuUnit,
  better: "lower",
  estimator: { kind: "cpu" },
  title: `CPU cost of ${name}: whole machine, softirq included`,
  ...(name === "latency.icmp" ? { byNameOnly: true } : {}),
}));

/** Every metric, in the order in which tables show them. */
export const METRICS: readonly Metric[] = [...PRIMARY_METRICS, ...CPU_METRICS];

/** Finds a metric by its exact name. */
export function findMetric(name: string): Metric | undefined {
  return METRICS.find((metric) => metric.name === name);
}

/** Whether any of these names is that of a CPU cost. */
export const askForCost = (names: readonly string[]): boolean => names.some((name) => findMetric(name)?.estimator.kind === "cpu");

/** Metrics of one workload, in table order. */
export function metricsOf(name: WorkloadName): readonly Metric[] {
  return METRICS.filter((metric) => metric.workload === name);
}

/** A metric that a search finds. It is no part of the rounds: a search visits one path alone and takes minutes. */
export interface SearchMetric {
  readonly name: string;
  readonly goal: LossMetric;
  readonly frameSize: FrameSize;
  readonly unit: "frame/s";
  readonly better: "higher";
  /** What the number is, in one line, for help and reports. */
  readonly title: string;
}

const LOSS_WORDS: Readonly<Record<LossMetric, string>> = { ndr: "without loss", pdr: "with 0.5 % loss at most" };

/** `ndr` for the default frame size, `ndr.512` or `ndr.imix` for another. */
export function searchMetric(goal: LossMetric, frameSize: FrameSize): SearchMetric {
  const frames = frameSize === "imix" ? "IMIX frames (7 of 64, 4 of 570, 1 of 1518 bytes)" : `${frameSize}-byte frames`;
  return {
    name: frameSize === DEFAULT_FRAME_SIZE ? goal : `${goal}.${frameSize}`,
    goal,
    frameSize,
    unit: "frame/s",
    better: "higher",
    title: `${frames} a second ${LOSS_WORDS[goal]} (trafgen, MLRsearch, conditional throughput)`,
  };
}

/** Every metric that a search finds, in the order in which tables show them. */
export const SEARCH_METRICS: readonly SearchMetric[] = FRAME_SIZES.flatMap((size) => LOSS_METRICS.map((goal) => searchMetric(goal, size)));

/** Finds a search metric by its exact name. */
export function findSearchMetric(name: string): SearchMetric | undefined {
  return SEARCH_METRICS.find((metric) => metric.name === name);
}

/** Names that stand for several workloads on the command line. */
export const METRIC_GROUPS: Readonly<Record<string, readonly WorkloadName[]>> = {
  latency: ["latency.udp", "latency.tcp", "latency.icmp"],
  http: ["http", "http-keepalive"],
  all: WORKLOADS,
};
