/**
 * The observations of one campaign, by round and path.
 * @packageDocumentation
 */

import type { MeasuredPath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { largestOf, smallestOf } from "../../statistics/extremes.js";

/** One round or one run: observations by mode (with the condition where there is one) and path. Nested, since building a key for each look-up would cost more than the look-up. */
type ByPath = Map<string, Partial<Record<MeasuredPath["path"], Observation[]>>>;

const NOTHING: readonly Observation[] = [];

/** Grows by observations; a round is complete when all of its observations were added. */
export class CampaignRecord {
  readonly #rounds = new Map<number, ByPath>();
  readonly #all: ByPath = new Map();
  #size = 0;

  /** Adds an observation of this campaign. */
  add(observation: Observation): void {
    const round = this.#rounds.get(observation.round) ?? (new Map() as ByPath);
    this.#rounds.set(observation.round, round);
    append(round, observation);
    append(this.#all, observation);
    this.#size += 1;
  }

  /** Number of observations. */
  get size(): number {
    return this.#size;
  }

  /** Round numbers that hold anything, ascending. */
  rounds(): number[] {
    return [...this.#rounds.keys()].sort((one, other) => one - other);
  }

  /** What a path showed in a round; empty when it was not visited. */
  inRound(round: number, path: MeasuredPath): readonly Observation[] {
    return this.#rounds.get(round)?.get(outerKey(path))?.[path.path] ?? NOTHING;
  }

  /** Seconds from the start of a round's first observation to the end of its last, with the moments of both since the run began. */
  timeOf(round: number): { readonly began: number; readonly ended: number } {
    const all = [...(this.#rounds.get(round)?.values() ?? [])].flatMap((paths) => Object.values(paths).flat());
    const began = smallestOf(all.map(({ startedAt }) => startedAt));
    return { began, ended: largestOf(all.map(({ startedAt, elapsed }) => startedAt + elapsed)) };
  }

  /** Everything a path showed. */
  of(path: MeasuredPath): readonly Observation[] {
    return this.#all.get(outerKey(path))?.[path.path] ?? NOTHING;
  }
}

function append(paths: ByPath, observation: Observation): void {
  const key = outerKey(observation);
  const mode = paths.get(key) ?? {};
  paths.set(key, mode);
  const known = mode[observation.path];
  if (known === undefined) mode[observation.path] = [observation];
  else known.push(observation);
}

const outerKey = ({ mode, condition }: MeasuredPath): string => (condition === undefined ? mode : `${mode} ${condition}`);
