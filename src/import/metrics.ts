/**
 * What imported figures are about. The names follow podwire's own metrics where the two mean the same kind of thing, but an imported
 * figure is never mixed with a measured one: link, streams and load are whatever the text's author chose.
 * @packageDocumentation
 */

/** Units of imported figures. `us` is microseconds. */
export const IMPORT_UNITS = ["bit/s", "packet/s", "request/s", "transaction/s", "us", "%"] as const;
/** One of {@link IMPORT_UNITS}. */
export type ImportUnit = (typeof IMPORT_UNITS)[number];

/** One kind of imported figure. */
export interface ImportMetric {
  readonly name: string;
  readonly unit: ImportUnit;
  readonly better: "higher" | "lower";
  /** What the number is, in a few words. */
  readonly title: string;
}

function latency(name: string, title: string): readonly ImportMetric[] {
  const parts = [
    ["", "mean"],
    [".p50", "p50"],
    [".p90", "p90"],
    [".p99", "p99"],
    [".p99.9", "p99.9"],
  ] as const;
  return parts.map(([suffix, label]) => ({ name: `${name}${suffix}`, unit: "us", better: "lower", title: `${title}, ${label}` }));
}

/** Every kind of figure, in the order in which tables show them. */
export const IMPORT_METRICS: readonly ImportMetric[] = [
  { name: "tcp", unit: "bit/s", better: "higher", title: "TCP throughput" },
  { name: "udp", unit: "bit/s", better: "higher", title: "UDP throughput at the receiver" },
  { name: "udp.sent", unit: "bit/s", better: "higher", title: "UDP throughput at the sender, losses not seen" },
  { name: "throughput", unit: "bit/s", better: "higher", title: "throughput, protocol not said" },
  { name: "pps", unit: "packet/s", better: "higher", title: "packet rate" },
  { name: "udp.loss", unit: "%", better: "lower", title: "UDP packets lost" },
  { name: "ping.loss", unit: "%", better: "lower", title: "pings lost" },
  ...latency("latency.icmp", "ICMP round trip"),
  ...latency("latency.udp", "UDP latency"),
  ...latency("latency.tcp", "TCP latency"),
  { name: "latency", unit: "us", better: "lower", title: "latency, kind not said" },
  { name: "rr.tcp", unit: "transaction/s", better: "higher", title: "TCP request/response rate" },
  { name: "rr.udp", unit: "transaction/s", better: "higher", title: "UDP request/response rate" },
  { name: "crr.tcp", unit: "transaction/s", better: "higher", title: "TCP connect/request/response rate" },
  ...latency("latency.rr.tcp", "TCP request/response time"),
  ...latency("latency.rr.udp", "UDP request/response time"),
  ...latency("latency.crr.tcp", "TCP connect/request/response time"),
  { name: "http", unit: "request/s", better: "higher", title: "HTTP request rate" },
  ...latency("http.time", "HTTP request time"),
];

const BY_NAME = new Map(IMPORT_METRICS.map((metric, order) => [metric.name, { metric, order }]));

/** The metric of that name, or undefined. */
export function importMetric(name: string): ImportMetric | undefined {
  return BY_NAME.get(name)?.metric;
}

/** Place of a metric in tables; unknown ones come last. */
export function metricOrder(name: string): number {
  return BY_NAME.get(name)?.order ?? BY_NAME.size;
}
