import type { Doubt } from "../../model/doubt.js";
import { type Metric, workload } from "../../model/metric.js";
import { figure, flag, ratioFigure, type Statement, says } from "./doubt.js";
import type { CellEvidence, Check } from "./evidence.js";

/** A path that spends this much less CPU on the same work does less of it; ticks of 10 ms blur a few per cent. */
const CHEAPER = 0.95;

/**
 * A pod cannot be faster than the wire under it. It can be faster than its own hosts, whose traffic traverses rules that pod traffic bypasses, and than the bare host
 * where it skips part of a host's path; the CPU spent on the same work tells that from a mistake.
 */
export const fasterThanHost: Check = (cell) => {
  const { ratio, ratioConfigured } = cell;
  if (ratio?.verdict === "faster") return thanTheBareHost(cell, ratio);
  if (ratioConfigured?.verdict !== "faster") return undefined;
  const seen = ratioFigure("ratio to its own hosts", ratioConfigured);
  return flag(
    "faster-than-host",
    says`faster than its own hosts (${seen}) but not than the bare host: expected, host traffic traverses rules that pod traffic bypasses`,
  );
};

function thanTheBareHost({ metric, cpuCost }: CellEvidence, ratio: NonNullable<CellEvidence["ratio"]>): Doubt {
  const seen = ratioFigure("ratio to host", ratio);
  return flag("faster-than-host", says`better than the bare host (${seen}) beyond noise: ${explanation(metric, cpuCost)}`);
}

function explanation(metric: Metric, { own, host }: CellEvidence["cpuCost"]): Statement {
  if (own === undefined || host === undefined) return says`the CPU cost is not known on both sides, so it cannot say why`;
  const here = figure("CPU cost", own, workload(metric.workload).cpuUnit);
  const there = figure("CPU cost on the host", host, here.unit);
  if (metric.estimator.kind === "cpu")
    return says`${here} against ${there}; either it skips part of the host's path, or the host's program spends CPU on something else, such as waiting`;
  if (here.value < there.value * CHEAPER)
    return says`it spends less CPU on the same work too (${here} against ${there}), so it skips part of the host's path`;
  return says`the CPU cost does not explain it (${here} against ${there}); look for a limit that only the host has`;
}
