/**
 * What the live view knows: a plain picture of the measuring at one moment. The measuring loop makes one whenever something changed.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import type { Seconds } from "../../units/quantity.js";

/** One mode's progress in the workload that is being measured. */
export interface LiveMode {
  readonly mode: string;
  /** Rounds with a ratio so far. */
  readonly n: number;
  /** Latest ratio to the host of the workload's main metric; absent before the first round. */
  readonly ratio?: number;
  /** The interval as it stands; absent while there are too few rounds for one. Progress, not a verdict. */
  readonly low?: number;
  readonly high?: number;
  /** Why the mode shows no ratio: `unsupported`, `failed`, ... */
  readonly note?: string;
}

/** The live view's whole state. */
export interface LiveState {
  readonly phase: "building" | "measuring" | "summarising" | "done";
  /** What is done before anything is measured, in words; absent where it is the building of a lab. */
  readonly doing?: string;
  /** What the rows are. */
  readonly rows: "modes" | "paths";
  /** The workload that is being measured; absent outside `measuring`. */
  readonly workload?: WorkloadName;
  /** Name of the metric whose ratios `modes` hold: the workload's first. */
  readonly metric?: string;
  /** Round of the workload, from 1; 0 before the first. */
  readonly round: number;
  /** Rounds finished so far over all workloads. */
  readonly roundsDone: number;
  readonly elapsed: Seconds;
  readonly budget: Seconds;
  readonly modes: readonly LiveMode[];
  /** Latest last, e.g. `flannel-udp failed: ...`. */
  readonly messages: readonly string[];
}
