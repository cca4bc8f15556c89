import type { Doubt } from "../../model/doubt.js";
import { type Metric, workload } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import { formatNumber, formatRatio } from "../../units/format.js";
import { type CellEvidence, type Check, total } from "./evidence.js";

/** A path that spends this much less CPU on the same work does less of it; ticks of 10 ms blur a few per cent. */
const CHEAPER = 0.95;

/**
 * A pod cannot be faster than the wire under it. It can be faster than its own hosts, which pay for their rules on every packet, and than the bare host
 * where it skips part of a host's path; the CPU spent on the same work tells that from a mistake.
 */
export const fasterThanHost: Check = (cell) => {
  const { ratio, ratioConfigured } = cell;
  if (ratio?.verdict === "faster") return thanTheBareHost(cell, ratio);
  if (ratioConfigured?.verdict !== "faster") return undefined;
  return {
    check: "faster-than-host",
    severity: "flag",
    sentence: `faster than its own hosts (${textOf(ratioConfigured)}) but not than the bare host: real, the hosts pay for their own rules on packets that the pods' path does not bring before them`,
    evidence: [{ what: "ratio to its own hosts", value: ratioConfigured.median, unit: "ratio" }],
  };
};

function thanTheBareHost({ metric, own, host }: CellEvidence, ratio: NonNullable<CellEvidence["ratio"]>): Doubt {
  const [here, there] = [costOf(own), costOf(host)];
  const unit = workload(metric.workload).cpuUnit;
  return {
    check: "faster-than-host",
    severity: "flag",
    sentence: `better than the bare host (${textOf(ratio)}) beyond noise: ${explanation(metric, here, there)}`,
    evidence: [
      { what: "ratio to host", value: ratio.median, unit: "ratio" },
      { what: "CPU cost", value: here, unit },
      { what: "CPU cost on the host", value: there, unit },
    ],
  };
}

function explanation(metric: Metric, here: number, there: number): string {
  const costs = `${formatNumber(here)} against ${formatNumber(there)} ${workload(metric.workload).cpuUnit}`;
  if (metric.estimator.kind === "cpu")
    return `${costs}; either it skips part of the host's path, or the host's program spends CPU on something else, such as waiting`;
  if (here < there * CHEAPER) return `it spends less CPU on the same work too (${costs}), so it skips part of the host's path`;
  return `the CPU cost does not explain it (${costs}); look for a limit that only the host has`;
}

const costOf = (observations: readonly Observation[]): number =>
  total(observations, ({ cpu }) => cpu.busy) / total(observations, ({ work }) => work);

const textOf = ({ median, low, high }: NonNullable<CellEvidence["ratio"]>): string => formatRatio(median, low, high);
