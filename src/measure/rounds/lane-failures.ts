/**
 * When a lane is given up. What is counted are starts: the rounds of a block share one start of their generator, and a start that fails says no more in
 * three rounds than in one.
 * @packageDocumentation
 */
import type { Observation } from "../../model/run.js";
import { type Lane, type LaneGroup, lanesIn } from "./lanes.js";

/** A lane whose starts fail so many times in a row is given up. */
const FAILED_STARTS = 3;

/** A lane that is given up, and the reason of its last failure. */
export interface Failing {
  readonly lane: Lane;
  readonly reason: string;
}

/** Counts the failed starts of lanes. */
export class LaneFailures {
  readonly #inARow = new Map<string, number>();

  /**
   * Takes in what lanes showed in one turn, a round of trials or a block; gives the lanes that are to be given up.
   * @param fewestForBaseline - turns that hold a campaign's minimum of rounds: a baseline takes every path with it, so that it gets as many starts
   */
  count(groups: readonly LaneGroup[], seen: readonly Observation[], fewestForBaseline: number): readonly Failing[] {
    return groups.flatMap((group) =>
      lanesIn(group).flatMap((lane) => {
        const most = lane === group.baseline ? Math.max(FAILED_STARTS, fewestForBaseline) : FAILED_STARTS;
        const reason = whyFailed(lane, seen);
        return this.#counted(lane, seen, reason) >= most && reason !== undefined ? [{ lane, reason }] : [];
      }),
    );
  }

  #counted({ path }: Lane, seen: readonly Observation[], reason: string | undefined): number {
    const before = this.#inARow.get(path.id) ?? 0;
    const visited = seen.some((one) => isOf(path, one));
    const count = !visited ? before : reason === undefined ? 0 : before + 1;
    this.#inARow.set(path.id, count);
    return count;
  }
}

/** The last error of a lane where it showed nothing else. */
function whyFailed({ path }: Lane, seen: readonly Observation[]): string | undefined {
  const own = seen.filter((one) => isOf(path, one));
  return own.every(({ error }) => error !== undefined) ? own.at(-1)?.error : undefined;
}

/** Lanes are paths as they were built; what fails under a condition says nothing of them. */
const isOf = (path: Lane["path"], { mode, path: name, condition }: Observation): boolean =>
  mode === path.mode && name === path.name && condition === undefined;
