/**
 * What a run has seen so far, with the tools' own words where they are worth keeping.
 * @packageDocumentation
 */
import type { WorkloadName } from "../../model/metric.js";
import type { Observation, Run } from "../../model/run.js";
import type { Path } from "../../venues/contract.js";
import type { Observed } from "../observing/observer.js";

/** Collects observations in the order in which they were made. */
export class ObservationStore {
  #observations: Observation[];
  readonly #raw: Run["raw"];

  /** Begins with what an earlier part of the run has seen. */
  constructor(earlier: Pick<Run, "observations" | "raw"> = { observations: [], raw: {} }) {
    this.#observations = [...earlier.observations];
    this.#raw = { ...earlier.raw };
  }

  get observations(): readonly Observation[] {
    return this.#observations;
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

  /** A lane that could not be measured at all leaves its reason as an observation of the first round. */
  noteFailure(workload: WorkloadName, path: Path, reason: string): void {
    const known = this.#observations.some((one) => one.workload === workload && one.mode === path.mode && one.path === path.name);
    if (known) return;
    const nothing = { values: {}, work: 0, elapsed: 0, startedAt: 0, cpu: { busy: 0, softirq: 0, steal: 0, idle: 0 } };
    this.#observations.push({ workload, round: 0, position: 0, mode: path.mode, path: path.name, ...nothing, error: reason });
  }

  /** A round that was cut short is no round, since pairing needs all of it: only finished ones stay, and the reasons of failed lanes. */
  keepRounds(finished: (workload: WorkloadName, round: number) => boolean): void {
    this.#observations = this.#observations.filter(({ workload, round, error }) => finished(workload, round) || error !== undefined);
  }
}
