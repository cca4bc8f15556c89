import type { WorkloadName } from "../../model/metric.js";
import type { PathName } from "../../model/path.js";

/** What happened, for those who watch. */
export type MeasureEvent =
  | { readonly kind: "starting"; readonly what: string }
  | { readonly kind: "observing"; readonly workload: WorkloadName; readonly round: number }
  | { readonly kind: "round"; readonly workload: WorkloadName; readonly round: number }
  | {
      readonly kind: "lane-failed";
      readonly workload: WorkloadName;
      readonly mode: string;
      readonly path: PathName;
      readonly reason: string;
    };
