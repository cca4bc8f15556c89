/**
 * Carries rounds out: visits every path, keeps what was seen, and tells progress of each round that is whole.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { Observation } from "../../model/run.js";
import type { Progress } from "../progress.js";
import type { Campaign } from "./campaign.js";
import type { MeasureEvent } from "./measure-event.js";
import type { ObservationStore } from "./observation-store.js";
import type { RoundLedger } from "./round-ledger.js";
import type { RandomInteger } from "./round-order.js";
import { type DrawVisits, equalVisits, pairedVisits, singleVisits, type Visit } from "./visits.js";

/** Some rounds of campaigns that are carried out together. */
export interface Turn {
  readonly rounds: number;
  /** When it began and when the budget ends, milliseconds of the clock. */
  readonly began: number;
  readonly deadline: number;
  /** When the long-lived clients of these campaigns end by themselves. */
  readonly ends: number;
}

/** What rounds are carried out with. */
export interface RoundsOptions {
  /** Whether slices of a path and of its baseline are observed side by side. */
  readonly duet: boolean;
  readonly clock: Clock;
  readonly random: RandomInteger;
  /** Ends rounds. */
  readonly signal: AbortSignal;
  /** Takes the observations of each round that is whole. */
  readonly progress: Pick<Progress, "addRound">;
  readonly onEvent: (event: MeasureEvent) => void;
  readonly store: ObservationStore;
  readonly ledger: RoundLedger;
  /** The moment that counts as the run's beginning, milliseconds of the clock. */
  readonly began: number;
}

/** Carries rounds out. */
export class Rounds {
  readonly #options: RoundsOptions;

  constructor(options: RoundsOptions) {
    this.#options = options;
  }

  /** Seconds since the run began. */
  get seconds(): number {
    return (this.#options.clock.monotonic() - this.#options.began) / 1000;
  }

  /** Rounds until they are over, or the next one might not fit any more; gives what each campaign showed. */
  async alternate(campaigns: readonly Campaign[], { rounds, deadline, ends }: Turn) {
    const { clock } = this.#options;
    const seen = campaigns.map((): Observation[] => []);
    let longest = 0;
    for (let round = 0; round < rounds && !this.#ending(deadline); round += 1) {
      const at = clock.monotonic();
      if (round > 0 && at + longest > ends) break;
      for (const [place, campaign] of campaigns.entries()) {
        const { cohort = [] } = campaign;
        campaign.start = cohort[round % cohort.length];
        seen[place]?.push(...(await this.#round(campaign, deadline)));
      }
      longest = Math.max(longest, clock.monotonic() - at);
    }
    return { seen, longest };
  }

  /** Visits every path once; gives what that showed, nothing when it was cut short. */
  async #round(campaign: Campaign, deadline: number): Promise<readonly Observation[]> {
    const { random, onEvent, progress } = this.#options;
    const { workload, groups } = campaign;
    const draw = this.#drawFor(campaign);
    const all: Observation[] = [];
    for (const visits of draw(groups, random)) {
      const round = this.#options.ledger.begin(workload);
      const seen = await this.#visit(campaign, visits, round, deadline);
      if (seen === undefined) return [];
      this.#options.ledger.finish(workload, round);
      progress.addRound(seen);
      all.push(...seen);
    }
    onEvent({ kind: "round", workload, round: campaign.rounds });
    campaign.rounds += 1;
    return all;
  }

  #drawFor({ probe }: Campaign): DrawVisits {
    if (probe.kind === "resident") return equalVisits;
    return probe.kind === "slice" && this.#options.duet ? pairedVisits : singleVisits;
  }

  /** The visits of a round; undefined when it was cut short. */
  async #visit({ workload, observer, start }: Campaign, visits: readonly Visit[], round: number, deadline: number) {
    const seen: Observation[] = [];
    let position = 0;
    for (const visit of visits) {
      if (this.#ending(deadline)) return undefined;
      this.#options.onEvent({ kind: "observing", workload, round });
      const slot = { round, position, restart: start, startedAt: this.seconds };
      const observed = await observer.observe(visit, slot);
      if (this.#options.signal.aborted) return undefined;
      seen.push(...observed.map((one) => this.#options.store.keep(one)));
      position += visit.lanes.length;
    }
    return seen;
  }

  #ending(deadline: number): boolean {
    return this.#options.signal.aborted || this.#options.clock.monotonic() > deadline;
  }
}
