/**
 * What a run has seen so far, with the tools' own words where they are worth keeping.
 * @packageDocumentation
 */

import type { GivenUp } from "../../model/given-up.js";
import type { WorkloadName } from "../../model/metric.js";
import type { Observation, Run } from "../../model/run.js";
import type { Observed } from "../observing/observer.js";
import type { EarlierPart } from "./earlier-part.js";

/** Collects observations in the order in which they were made. */
export class ObservationStore {
  #observations: Observation[];
  readonly #givenUp: GivenUp[];
  readonly #raw: Run["raw"];

  /** Begins with what an earlier part of the run has seen. */
  constructor(earlier: EarlierPart = { observations: [], raw: {} }) {
    this.#observations = [...earlier.observations];
    this.#givenUp = [...(earlier.givenUp ?? [])];
    this.#raw = { ...earlier.raw };
  }

  get observations(): readonly Observation[] {
    return this.#observations;
  }

  get givenUp(): readonly GivenUp[] {
    return this.#givenUp;
  }

  get raw(): Run["raw"] {
    return this.#raw;
  }

  /** Keeps an observation, and what the tool printed for the first one of a lane and for each failure. */
  keep({ observation, raw }: Observed): Observation {
    const lane = laneOf(observation);
    const key =
      observation.error === undefined ? lane : `${lane} round ${String(observation.round)} position ${String(observation.position)}`;
    if (raw !== undefined) this.#raw[key] ??= raw;
    const kept = raw === undefined ? observation : { ...observation, raw: key };
    this.#observations.push(kept);
    return kept;
  }

  /** Notes what is given up, and when. */
  giveUp(lane: GivenUp): void {
    this.#givenUp.push(lane);
  }

  /**
   * A round that was cut short is no round, since pairing needs all of it, and a resumed run takes every round for a whole one. Of a lane that no whole round
   * has seen, its failures stay, since they are its reason.
   */
  keepRounds(finished: (workload: WorkloadName, round: number) => boolean): void {
    const whole = this.#observations.filter(({ workload, round }) => finished(workload, round));
    const seen = new Set(whole.map(laneOf));
    this.#observations = this.#observations.filter(
      (one) => finished(one.workload, one.round) || (one.error !== undefined && !seen.has(laneOf(one))),
    );
  }
}

const laneOf = ({ workload, mode, path }: Observation): string => `${workload} ${mode} ${path}`;
