/**
 * Which rounds were begun and which are finished, and how often generators were started. Campaigns of one workload share its numbers, so that a
 * number names one round, or one start.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";

/** Numbers rounds. */
export class RoundLedger {
  readonly #begun = new Map<WorkloadName, number>();
  readonly #finished = new Set<string>();
  readonly #starts = new Map<WorkloadName, number>();

  /** Every round of an earlier part of the run counts as finished: run files hold no other of a lane that has any. */
  constructor(earlier: readonly Observation[] = []) {
    for (const { workload, round, restart = -1 } of earlier) {
      this.#starts.set(workload, Math.max(this.#starts.get(workload) ?? 0, restart + 1));
      this.#begun.set(workload, Math.max(this.#begun.get(workload) ?? 0, round + 1));
      this.finish(workload, round);
    }
  }

  /** The number of a new round. */
  begin(workload: WorkloadName): number {
    const round = this.#begun.get(workload) ?? 0;
    this.#begun.set(workload, round + 1);
    return round;
  }

  /** The numbers of so many new starts of a workload's generators. */
  start(workload: WorkloadName, count: number): readonly number[] {
    const first = this.#starts.get(workload) ?? 0;
    this.#starts.set(workload, first + count);
    return Array.from({ length: count }, (_, index) => first + index);
  }

  /** All paths of the round were visited. */
  finish(workload: WorkloadName, round: number): void {
    this.#finished.add(keyOf(workload, round));
  }

  /** Whether all paths of the round were visited. */
  isFinished(workload: WorkloadName, round: number): boolean {
    return this.#finished.has(keyOf(workload, round));
  }
}

const keyOf = (workload: WorkloadName, round: number): string => `${workload} ${String(round)}`;
