/**
 * What a run has seen so far, with the tools' own words where they are worth keeping.
 * @packageDocumentation
 */

import { campaignOf } from "../../model/campaign.js";
import type { GivenUp } from "../../model/given-up.js";
import type { WorkloadName } from "../../model/metric.js";
import { pathKey } from "../../model/path.js";
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

  /** Keeps an observation, and what the tool printed for the first one of a lane in each way and under each condition, and for each failure. */
  keep({ observation, raw }: Observed): Observation {
    const key = rawKeyOf(observation);
    const { condition } = observation;
    if (raw !== undefined) this.#raw[key] ??= condition === undefined ? raw : { ...raw, condition };
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

const laneOf = (one: Observation): string => `${one.workload} ${pathKey(one)}`;

/** Which words these are: no two ways of observing and no two conditions share a key. A condition's name may be any text, so it stands last. */
function rawKeyOf(one: Observation): string {
  const failed = one.error === undefined ? "" : ` round ${String(one.round)} position ${String(one.position)}`;
  const under = one.condition === undefined ? "" : ` under ${one.condition}`;
  return `${campaignOf(one)} ${one.mode} ${one.path}${failed}${under}`;
}
