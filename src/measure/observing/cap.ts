/**
 * What `--max-rate` does to each workload: some generators can be held to a rate, some cannot, and some send next to nothing anyway.
 * @packageDocumentation
 */
import type { Metric, WorkloadName } from "../../model/metric.js";
import type { Scenario } from "../../model/scenario.js";

/**
 * Generators that know no rate. ab sends as fast as it is answered. trafgen sends a whole second's frames at once and sleeps for the rest of the
 * second (0.6.8, observed), which is no cap but a flood of 20 ms.
 */
const CANNOT_BE_CAPPED: Readonly<Partial<Record<WorkloadName, string>>> = {
  http: "ab cannot be held to a rate",
  "http-keepalive": "ab cannot be held to a rate",
  pps: "trafgen sends a second's frames at once, so that it cannot be held to a rate",
};

/** Workloads whose generator is held to the rate: iperf3 is, by `--bitrate`. Round trips are one small packet at a time and are left as they are. */
const CAPPED: ReadonlySet<WorkloadName> = new Set(["tcp", "tcp-open", "tcp8"]);

/** Why a workload is left out of a run whose generators must not send more than so much; undefined where it is not. */
export function leftOutByCap(scenario: Scenario, workload: WorkloadName): string | undefined {
  const why = scenario.maxRate === undefined ? undefined : CANNOT_BE_CAPPED[workload];
  return why === undefined ? undefined : `${why}, so --max-rate leaves it out; run without --max-rate to measure it`;
}

/** The rate that a metric's figures were held to, bit/s; undefined where they were not. CPU cost is work by time and knows no cap. */
export function cappedAt(scenario: Scenario, metric: Metric): number | undefined {
  return metric.estimator.kind !== "cpu" && CAPPED.has(metric.workload) ? scenario.maxRate : undefined;
}
