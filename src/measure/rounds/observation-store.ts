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
    const lane = `${observation.workload} ${observation.mode} ${observation.path}`;
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

  /** A round that was cut short is no round, since pairing needs all of it: only finished ones stay, and the reasons of failed lanes. */
  keepRounds(finished: (workload: WorkloadName, round: number) => boolean): void {
    this.#observations = this.#observations.filter(({ workload, round, error }) => finished(workload, round) || error !== undefined);
  }
}
