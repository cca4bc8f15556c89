/**
 * Which tool runs which workload.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";
import type { ResidentProbe, TrialProbe } from "./contract.js";
import { httpProbe } from "./http/ab.js";
import { iperf3Probe } from "./iperf3/iperf3.js";
import { pingProbe } from "./ping/ping.js";
import type { Placement } from "./placement.js";
import type { Sizing } from "./sizing.js";
import { sockperfProbe } from "./sockperf/sockperf.js";
import { trafgenProbe } from "./trafgen/trafgen.js";

/**
 * The probe that runs a workload's tool; {@link sliceProbe} has those that let a generator go on for slices.
 * @param sizing how much a trial moves on each path
 * @param placement CPUs of the two sides; by default the scheduler's choice
 */
export function probeFor(workload: WorkloadName, sizing: Sizing, placement: Placement = {}): TrialProbe | ResidentProbe {
  switch (workload) {
    case "tcp":
    case "tcp-open":
    case "tcp8":
      return iperf3Probe(workload, sizing, placement);
    case "pps":
      return trafgenProbe(sizing);
    case "latency.icmp":
      return pingProbe(sizing, placement);
    case "latency.udp":
      return sockperfProbe("udp", placement);
    case "latency.tcp":
      return sockperfProbe("tcp", placement);
    case "http":
    case "http-keepalive":
      return httpProbe(workload, sizing, placement);
  }
}
