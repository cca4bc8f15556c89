/**
 * Lanes that are given up: when, and what is said of it.
 * @packageDocumentation
 */
import { wayOf } from "../../model/campaign.js";
import type { GivenUp } from "../../model/given-up.js";
import type { Observation } from "../../model/run.js";
import type { Servers } from "../observing/servers.js";
import { type Campaign, giveUp, lanesOfCampaign } from "./campaign.js";
import type { Lane } from "./lanes.js";

/** What giving up needs to know, and whom it tells. */
export interface GivingUpOptions {
  readonly servers: Pick<Servers, "whyDown">;
  /** Seconds since the run began. */
  readonly now: () => number;
  /** Takes each lane that is given up for a reason of its own. */
  readonly onFailed: (lane: GivenUp) => void;
  /** Takes every lane that is given up. */
  readonly keep: (lane: GivenUp) => void;
}

/** Gives lanes up. */
export class GivingUp {
  readonly #options: GivingUpOptions;

  constructor(options: GivingUpOptions) {
    this.#options = options;
  }

  /** Gives up what has failed too often in a turn of so many rounds. */
  afterTurn(campaign: Campaign, seen: readonly Observation[], rounds: number): void {
    const minimum = Math.ceil(campaign.minimumRounds / rounds);
    for (const { lane, reason } of campaign.failures.count(campaign.groups, seen, minimum)) this.#giveUp(campaign, lane, reason);
  }

  /** A path that no round reached before the budget was over is not left without its reason where its server is down. */
  unserved(campaigns: readonly Campaign[]): void {
    for (const campaign of campaigns.filter(({ rounds }) => rounds === 0)) {
      for (const lane of lanesOfCampaign(campaign)) {
        const reason = this.#options.servers.whyDown(campaign.observer.wanted([lane]));
        // A baseline that is given up takes its paths with it.
        if (reason !== undefined && lanesOfCampaign(campaign).includes(lane)) this.#giveUp(campaign, lane, reason);
      }
    }
  }

  #giveUp(campaign: Campaign, lane: Lane, reason: string): void {
    const { keep, onFailed, now } = this.#options;
    const of = ({ path }: Lane, why: string): GivenUp => ({
      workload: campaign.workload,
      how: wayOf(campaign.key),
      mode: path.mode,
      path: path.name,
      reason: why,
      at: now(),
    });
    onFailed(of(lane, reason));
    keep(of(lane, reason));
    for (const left of giveUp(campaign, lane)) keep(of(left, `${lane.path.mode} ${lane.path.name}: ${reason}`));
  }
}
