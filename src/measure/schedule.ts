/**
 * Which workload gets the next round.
 * @packageDocumentation
 */
import type { WorkloadName } from "../model/metric.js";

/** How far a workload has come. */
export interface WorkloadState {
  readonly workload: WorkloadName;
  readonly rounds: number;
  /** Seconds spent on its rounds. */
  readonly spent: number;
  /** Seconds that its last round took; undefined before the first. */
  readonly lastRound?: number;
  /** Whether any of its cells is still open. */
  readonly open: boolean;
}

/**
 * The open workload with the fewest rounds until each has `minimum` of them; after that the one with the least time spent,
 * among those whose next round still fits. Undefined when nothing is left to do.
 */
export function nextWorkload(states: readonly WorkloadState[], minimum: number, secondsLeft: number): WorkloadName | undefined {
  const fitting = states.filter((state) => state.open && (state.lastRound ?? 0) <= secondsLeft);
  const needy = fitting.filter((state) => state.rounds < minimum);
  if (needy.length > 0) return least(needy, (state) => state.rounds);
  return least(fitting, (state) => state.spent);
}

function least(states: readonly WorkloadState[], of: (state: WorkloadState) => number): WorkloadName | undefined {
  const [first, ...rest] = states;
  if (first === undefined) return undefined;
  return rest.reduce((best, state) => (of(state) < of(best) ? state : best), first).workload;
}
