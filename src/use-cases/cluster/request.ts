import type { WorkloadName } from "../../model/metric.js";
import type { PathName } from "../../model/path.js";

/** What is asked of a cluster. */
export interface ClusterRequest {
  /** Baselines first. */
  readonly paths: readonly PathName[];
  readonly workloads: readonly WorkloadName[];
  readonly metrics: readonly string[];
  /** What was left out of the defaults, a sentence each. */
  readonly leftOut: readonly string[];
  readonly nodes?: readonly string[];
  readonly nodeSelector?: string;
  readonly margin: number;
  readonly budgetSeconds: number;
  readonly quick: boolean;
  readonly trials: boolean;
  /** How many Services there are to be beside, one figure each, ascending; absent where their number is no matter. */
  readonly services?: readonly number[];
  /** Cap on every generator, bit/s. */
  readonly maxRate?: number;
  /** Whether host-network pods are used. */
  readonly host: boolean;
  readonly force: boolean;
  /** Whether a privileged pod on each node reads what only root may. */
  readonly deep: boolean;
  /** Whether pods on the pod network send echo requests beside what is measured. */
  readonly pings?: boolean;
  readonly namespace?: string;
  readonly image?: string;
  readonly pullSecret?: string;
  readonly owner?: string;
  readonly seed: number;
}
