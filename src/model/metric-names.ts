/**
 * Metrics under the names of the field: as headings, and as words of a sentence.
 * @packageDocumentation
 */
import { exactRate } from "../units/format.js";
import { findMetric, findSearchMetric, type SearchMetric, type WorkloadName } from "./metric.js";
import type { Scenario } from "./scenario.js";

/** A heading in two lines. */
export type Heading = readonly [top: string, bottom: string];

/** The names of a metric. */
export interface MetricName {
  /** The whole heading: `TCP, 1 Gbit/s link`, `round trip p50`. */
  readonly long: string;
  /** The same in two short lines, widest first: those of the first are at most 10 columns wide, those of the last at most 5. */
  readonly headings: readonly [Heading, ...Heading[]];
  /** The same inside of a sentence, without commas and without an article: `TCP at 1 Gbit/s`. */
  readonly inWords: string;
}

/** What names depend on. */
export type Named = Pick<Scenario, "venue" | "linkBitsPerSecond" | "maxRate">;

/** A lab whose links have no limit, as that of the closed loop. */
export const OPEN_LAB: Named = { venue: "lab", linkBitsPerSecond: null };

/** How a metric is called in a run of this scenario. */
export function metricName(metric: string, scenario: Named): MetricName {
  const known = findMetric(metric);
  if (known !== undefined) return nameOf(metric, known.workload, scenario);
  const search = findSearchMetric(metric);
  return search === undefined ? unknownName(metric) : searchName(search);
}

function nameOf(metric: string, workload: WorkloadName, scenario: Named): MetricName {
  const whole = workloadName(workload, scenario);
  // Of HTTP the median request time is another figure than the rate.
  if (metric === workload || (workload.startsWith("latency.") && metric === `${workload}.p50`)) return whole;
  const part = metric.slice(workload.length + 1);
  return part === "cpu" ? costName(workload, whole) : percentileName(part, workload, whole);
}

const COST_OF: Readonly<Record<WorkloadName, string>> = {
  tcp: "TCP",
  "tcp-open": "TCP",
  tcp8: "TCP8",
  pps: "pkts",
  "latency.udp": "UDP",
  "latency.tcp": "trip",
  "latency.icmp": "ping",
  http: "HTTP",
  "http-keepalive": "kept",
};

/** Loads that are not called as their figures are. */
const COST_OF_LOAD: Readonly<Partial<Record<WorkloadName, string>>> = {
  pps: "64-byte packets",
  "latency.udp": "UDP round trips",
  "latency.tcp": "round trips",
  "latency.icmp": "pings",
};

/** How a load is called inside of a sentence that is not about its figure: `round trips`, where the figure is `round trip p50`. */
export const loadInWords = (workload: WorkloadName, scenario: Named): string =>
  COST_OF_LOAD[workload] ?? workloadName(workload, scenario).inWords;

function costName(workload: WorkloadName, { long, inWords }: MetricName): MetricName {
  const of = COST_OF[workload];
  if (workload === "http")
    return {
      long: "CPU per HTTP request",
      inWords: "CPU per HTTP request",
      headings: [
        ["CPU per", "HTTP req."],
        ["CPU of", "HTTP"],
        ["CPU", "HTTP"],
      ],
    };
  const load = COST_OF_LOAD[workload];
  return {
    long: `CPU cost, ${load ?? long}`,
    inWords: `CPU cost of ${load ?? inWords}`,
    headings: [
      ["CPU cost", of],
      ["CPU", of],
    ],
  };
}

function percentileName(part: string, workload: WorkloadName, { long, inWords, headings }: MetricName): MetricName {
  if (workload === "http")
    return {
      long: `HTTP request time ${part}`,
      inWords: `HTTP request time ${part}`,
      headings: [
        ["HTTP time", part],
        ["HTTP", part],
      ],
    };
  const other = (text: string): string => text.replace(/p50$/, part);
  const [first, ...rest] = headings.map(([top, bottom]): Heading => [top, other(bottom)]);
  return { long: other(long), inWords: other(inWords), headings: [first ?? [part, ""], ...rest] };
}

/** How the first figure of a workload is called. */
export function workloadName(workload: WorkloadName, scenario: Named): MetricName {
  switch (workload) {
    case "tcp":
      return cappedTcp(scenario);
    case "tcp-open":
      return {
        long: "TCP, no limit",
        inWords: "TCP without a limit",
        headings: [
          ["TCP", "no limit"],
          ["TCP", "open"],
        ],
      };
    case "tcp8":
      return {
        long: "TCP, eight streams",
        inWords: "TCP in eight streams",
        headings: [
          ["TCP", "8 streams"],
          ["TCP", "x 8"],
        ],
      };
    case "pps":
      return {
        long: "packets per second, 64 bytes",
        inWords: "packets per second",
        headings: [
          ["packets/s", "64 bytes"],
          ["packets", "64 bytes"],
          ["pkt/s", "64 B"],
        ],
      };
    case "latency.udp":
      return {
        long: "UDP round trip p50",
        inWords: "UDP round trip p50",
        headings: [
          ["UDP trip", "p50"],
          ["UDP", "p50"],
        ],
      };
    case "latency.tcp":
      return {
        long: "round trip p50",
        inWords: "round trip p50",
        headings: [
          ["round trip", "p50"],
          ["RTT", "p50"],
        ],
      };
    case "latency.icmp":
      return { long: "ping, mean", inWords: "ping time", headings: [["ping", "mean"]] };
    case "http":
      return {
        long: "HTTP, new connections",
        inWords: "HTTP with new connections",
        headings: [
          ["HTTP", "new conn."],
          ["HTTP", "new"],
        ],
      };
    case "http-keepalive":
      return {
        long: "HTTP, keep-alive",
        inWords: "HTTP with keep-alive",
        headings: [
          ["HTTP", "keep-alive"],
          ["HTTP", "kept"],
        ],
      };
  }
}

/** In the lab its link is limited, in a cluster its generator may be held to a rate. */
function cappedTcp(scenario: Named): MetricName {
  const rate = scenario.linkBitsPerSecond ?? scenario.maxRate;
  if (rate === undefined) return oneStream("one stream", "stream");
  const [number = "", unit = ""] = exactRate(rate).split(" ");
  const link = scenario.linkBitsPerSecond === null ? "held to " : "";
  const brief = `${number}${unit.slice(0, 1)}`;
  const full = `${number} ${unit}`;
  return {
    long: `TCP, ${link}${number} ${unit}${link === "" ? " link" : ""}`,
    inWords: `TCP at ${number} ${unit}`,
    headings: [
      ["TCP", full.length <= 10 ? full : brief],
      ["TCP", brief.slice(0, 5)],
    ],
  };
}

const oneStream = (long: string, short: string): MetricName => ({
  long: `TCP, ${long}`,
  inWords: "TCP",
  headings: [
    ["TCP", long],
    ["TCP", short.slice(0, 5)],
  ],
});

function searchName({ goal, frameSize }: SearchMetric): MetricName {
  const size = frameSize === "imix" ? "IMIX" : `${frameSize} bytes`;
  const loss = goal === "ndr" ? "without loss" : "at 0.5 % loss";
  const brief = goal === "ndr" ? "NDR" : "PDR";
  return {
    long: `packet rate ${loss}, ${size}`,
    inWords: `packet rate ${loss} at ${size}`,
    headings: [
      [goal === "ndr" ? "no loss" : "0.5 % loss", size],
      [brief, frameSize === "imix" ? "IMIX" : frameSize],
    ],
  };
}

/** Of a metric that this version does not know, what its name allows. */
const unknownName = (metric: string): MetricName => ({
  long: metric,
  inWords: metric,
  headings: [
    [metric.slice(0, 10), metric.slice(10, 20)],
    [metric.slice(0, 5), metric.slice(5, 10)],
  ],
});
