/**
 * Which tool runs which workload.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";
import type { ResidentProbe, TrialProbe } from "./contract.js";
import { httpProbe } from "./http/ab.js";
import { iperf3Probe } from "./iperf3/iperf3.js";
import { pingProbe } from "./ping/ping.js";
import type { Sizing } from "./sizing.js";
import { sockperfProbe } from "./sockperf/sockperf.js";
import { trafgenProbe } from "./trafgen/trafgen.js";

/**
 * The probe that runs a workload's tool; {@link sliceProbe} has those that resume a generator for slices.
 * @param sizing how long trials are
 */
export function probeFor(workload: WorkloadName, sizing: Sizing): TrialProbe | ResidentProbe {
  switch (workload) {
    case "tcp":
    case "tcp-open":
    case "tcp8":
      return iperf3Probe(workload, sizing);
    case "pps":
      return trafgenProbe(sizing);
    case "latency.icmp":
      return pingProbe();
    case "latency.udp":
      return sockperfProbe("udp");
    case "latency.tcp":
      return sockperfProbe("tcp");
    case "http":
    case "http-keepalive":
      return httpProbe(workload, sizing);
  }
}
