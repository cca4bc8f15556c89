/**
 * In which unit CPU time is given: so small that figures are whole numbers.
 * @packageDocumentation
 */
import { type WorkloadName, workload } from "../../model/metric.js";

/** A unit of CPU time for each piece of work. */
export interface CostUnit {
  /** Pieces (requests, MB, ...) in one of the workload's units of work. */
  readonly pieces: number;
  /** `us/request`. */
  readonly unit: string;
}

/** The unit of a workload's costs. */
export function costUnit(name: WorkloadName): CostUnit {
  const { cpuUnit } = workload(name);
  switch (cpuUnit) {
    case "CPU s/thousand requests":
      return { pieces: 1e3, unit: "us/request" };
    case "CPU s/GB":
      return { pieces: 1e3, unit: "us/MB" };
    case "CPU s/million frames":
      return { pieces: 1e6, unit: "us/frame" };
    default:
      return { pieces: 1e6, unit: "us/round trip" };
  }
}
