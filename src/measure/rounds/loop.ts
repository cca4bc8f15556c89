/**
 * The measuring loop: servers up, residents up, then rounds until every cell is decided or the budget is spent.
 * @packageDocumentation
 */

import type { Clock } from "../../machine/ports.js";
import type { GivenUp } from "../../model/given-up.js";
import { groupBy } from "../../model/grouped.js";
import type { WorkloadName } from "../../model/metric.js";
import type { IdleReadings, Observation, PathPlan, Run } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import type { ResidentProbe, TrialProbe } from "../../probes/contract.js";
import type { Sizing } from "../../probes/sizing.js";
import type { VenueSession } from "../../venues/contract.js";
import { Servers } from "../observing/servers.js";
import type { Progress } from "../progress.js";
import { type Block, residentBlock, sharingBlock, sliceBlock, TRIAL_BLOCK } from "./block.js";
import { type Campaign, campaignsOf, chargeTurn, dropDecidedPaths, lanesOfCampaign, stateOf } from "./campaign.js";
import { type EarlierPart, replay, roundsOf, secondsOf } from "./earlier-part.js";
import { GivingUp } from "./giving-up.js";
import { IdleWatch } from "./idle-watch.js";
import type { MeasureEvent } from "./measure-event.js";
import { ObservationStore } from "./observation-store.js";
import { RoundLedger } from "./round-ledger.js";
import type { RandomInteger } from "./round-order.js";
import { Rounds, type Turn } from "./rounds.js";
import { nextCampaign } from "./schedule.js";

/** What the loop is given. */
export interface MeasureOptions {
  readonly session: VenueSession;
  readonly scenario: Scenario;
  /** Which paths there are, what they cannot carry, and which are compared. */
  readonly built: PathPlan;
  readonly probeFor: (workload: WorkloadName, sizing: Sizing) => TrialProbe | ResidentProbe;
  readonly clock: Clock;
  readonly random: RandomInteger;
  /** Ends the loop; rounds that are finished are kept. */
  readonly signal: AbortSignal;
  /** Fewest rounds of trials and of slices before any campaign gets more. */
  readonly minimumRounds: { readonly trials: number; readonly slices: number };
  /** Told of each complete round; says which paths still need rounds. */
  readonly progress: Pick<Progress, "addRound" | "addIdle" | "openPaths">;
  readonly onEvent: (event: MeasureEvent) => void;
  /** What an interrupted run had seen: it goes on where it stopped, within the same budget. */
  readonly earlier?: EarlierPart;
  /** Servers that run in this venue already, where something was measured in it before: two cannot listen on one port. */
  readonly servers?: Servers;
}

/** What was seen. */
export interface Measured {
  readonly observations: readonly Observation[];
  /** Absent where no CPU cost was asked for. */
  readonly idle?: IdleReadings[];
  readonly givenUp: readonly GivenUp[];
  readonly raw: Run["raw"];
  /** True when the signal ended the loop. */
  readonly interrupted: boolean;
  /** Why measuring ended early, when the venue itself failed. What was seen until then is kept. */
  readonly failure?: string;
}

/** Measures a scenario in an open venue. */
export async function measure(options: MeasureOptions): Promise<Measured> {
  return new Loop(options).run();
}

class Loop {
  readonly #options: MeasureOptions;
  readonly #store: ObservationStore;
  readonly #ledger: RoundLedger;
  readonly #servers: Servers;
  readonly #rounds: Rounds;
  readonly #givingUp: GivingUp;
  readonly #idle: IdleWatch;
  #campaigns: Campaign[] = [];
  /** Seconds that the longest round took for each campaign in the last block of residents: the next block may be of more of them, or of fewer. */
  #roundOfResidents: number | undefined;

  constructor(options: MeasureOptions) {
    this.#options = options;
    const { session, scenario, clock, random, signal, progress, onEvent, earlier } = options;
    const seen = earlier?.observations ?? [];
    this.#store = new ObservationStore(earlier);
    this.#ledger = new RoundLedger(seen);
    this.#servers = options.servers ?? new Servers(session, clock);
    // The run began so long ago as its earlier part took.
    const began = clock.monotonic() - secondsOf(seen) * 1000;
    const { duet = false } = scenario;
    this.#rounds = new Rounds({ duet, clock, random, signal, progress, onEvent, store: this.#store, ledger: this.#ledger, began });
    this.#idle = new IdleWatch({ session, metrics: scenario.metrics, clock, signal, progress, earlier });
    this.#givingUp = new GivingUp({
      servers: this.#servers,
      now: () => this.#rounds.seconds,
      onFailed: ({ workload, mode, path, reason }) => {
        onEvent({ kind: "lane-failed", workload, mode, path, reason });
      },
      keep: (lane) => {
        this.#store.giveUp(lane);
      },
    });
  }

  async run(): Promise<Measured> {
    const { session, scenario, built, clock, signal, probeFor, minimumRounds } = this.#options;
    this.#campaigns = scenario.workloads.flatMap((workload) =>
      campaignsOf({ workload, probeFor, session, servers: this.#servers, scenario, built, clock, signal, minimumRounds }),
    );
    if (this.#options.earlier !== undefined) this.#resume(this.#options.earlier);
    const failure = await this.#carryOut();
    await this.#closeAll();
    this.#store.keepRounds((workload, round) => this.#ledger.isFinished(workload, round));
    const { observations, givenUp, raw } = this.#store;
    const idle = this.#idle.all === undefined ? {} : { idle: this.#idle.all };
    return { observations, ...idle, givenUp, raw, interrupted: signal.aborted, ...(failure === undefined ? {} : { failure }) };
  }

  #resume({ observations, idle }: EarlierPart): void {
    replay(observations, idle, this.#options.progress);
    for (const campaign of this.#campaigns) {
      campaign.rounds = roundsOf(campaign, observations);
      this.#dropDecided(campaign);
    }
  }

  /** Everything up to the end of the last round; gives the reason when the venue failed on the way. */
  async #carryOut(): Promise<string | undefined> {
    try {
      this.#options.onEvent({ kind: "starting", what: "servers" });
      await this.#serve(this.#campaigns);
      this.#options.onEvent({ kind: "starting", what: "load generators" });
      for (const campaign of this.#campaigns.filter(({ open, probe }) => open && probe.kind === "trial")) {
        await campaign.observer.open(lanesOfCampaign(campaign));
      }
      await this.#spendBudget();
      this.#givingUp.unserved(this.#campaigns);
      return undefined;
    } catch (error) {
      // An interruption ends the venue a moment later: that is no failure of the venue.
      if (this.#options.signal.aborted) return undefined;
      return error instanceof Error ? error.message : String(error);
    }
  }

  async #closeAll(): Promise<void> {
    const closings = await Promise.allSettled(this.#campaigns.map(async (campaign) => this.#collect(campaign)));
    for (const closing of closings) {
      if (closing.status === "rejected")
        this.#options.onEvent({ kind: "starting", what: `a report without it: ${String(closing.reason)}` });
    }
  }

  /** Ends the long-lived clients and generators of a campaign; takes in what only their end yields, round by round, and gives it back. */
  async #collect(campaign: Campaign): Promise<readonly Observation[]> {
    const kept = (await campaign.observer.close()).map((observed) => this.#store.keep(observed));
    for (const [round, observations] of [...groupBy(kept, (one) => one.round)].sort(([a], [b]) => a - b)) {
      if (this.#ledger.isFinished(campaign.workload, round)) this.#options.progress.addRound(observations);
    }
    return kept;
  }

  /** Starts servers of these campaigns that do not run. */
  async #serve(campaigns: readonly Campaign[]): Promise<void> {
    await this.#servers.ensure(campaigns.flatMap((campaign) => campaign.observer.wanted(lanesOfCampaign(campaign))));
  }

  async #spendBudget(): Promise<void> {
    const { scenario, clock, signal } = this.#options;
    const deadline = clock.monotonic() + (scenario.budgetSeconds - secondsOf(this.#options.earlier?.observations ?? [])) * 1000;
    while (!signal.aborted) {
      const place = nextCampaign(this.#campaigns.map(stateOf), (deadline - clock.monotonic()) / 1000);
      const campaign = place === undefined ? undefined : this.#campaigns[place];
      if (campaign === undefined) return;
      const campaigns = campaign.probe.kind === "resident" ? sharingBlock(campaign, this.#residents()) : [campaign];
      await this.#serve(campaigns);
      if (await this.#idle.readIfDue(() => this.#rounds.seconds)) continue;
      await this.#carryOutBlock(campaigns, this.#blockOf(campaign, campaigns), deadline);
    }
  }

  /** Campaigns whose clients stay. */
  #residents(): readonly Campaign[] {
    return this.#campaigns.filter(({ open, probe }) => open && probe.kind === "resident");
  }

  #blockOf({ probe, start = -1, roundsPerStart }: Campaign, campaigns: readonly Campaign[]): Block {
    if (probe.kind === "trial") return TRIAL_BLOCK;
    if (probe.kind === "slice") return sliceBlock(start + 1);
    const round = this.#roundOfResidents;
    return residentBlock(campaigns, roundsPerStart, round === undefined ? undefined : round * campaigns.length);
  }

  /** Starts the long-lived clients and generators of these campaigns, observes a few rounds, ends them. Another start shows whether a figure depends on it. */
  async #carryOutBlock(campaigns: readonly Campaign[], { starts, rounds, lifetime, within }: Block, deadline: number): Promise<void> {
    const began = this.#options.clock.monotonic();
    const staying = campaigns.filter(({ probe }) => probe.kind !== "trial");
    await Promise.all(
      staying.map(async (campaign) => {
        campaign.cohort = this.#ledger.start(campaign.workload, starts);
        await campaign.observer.open(lanesOfCampaign(campaign), { starts: campaign.cohort, lifetime });
      }),
    );
    const longest = await this.#turn(campaigns, { rounds, began, deadline, ends: began + within * 1_000 });
    if (longest > 0 && campaigns[0]?.probe.kind === "resident") this.#roundOfResidents = longest / 1_000 / campaigns.length;
  }

  /** Some rounds of each campaign, alternating, and what follows from them; gives the milliseconds of the longest. */
  async #turn(campaigns: readonly Campaign[], turn: Turn): Promise<number> {
    const { clock } = this.#options;
    const { seen, longest } = await this.#rounds.alternate(campaigns, turn);
    const collected = await Promise.all(campaigns.map(async (campaign) => this.#collect(campaign)));
    for (const [place, campaign] of campaigns.entries()) {
      campaign.lastTurn = (clock.monotonic() - turn.began) / 1000;
      chargeTurn(campaign, campaign.lastTurn / campaigns.length);
      this.#givingUp.afterTurn(campaign, [...(seen[place] ?? []), ...(collected[place] ?? [])], turn.rounds);
      this.#dropDecided(campaign);
    }
    return longest;
  }

  #dropDecided(campaign: Campaign): void {
    if (campaign.rounds < campaign.minimumRounds) return;
    dropDecidedPaths(campaign, this.#options.progress.openPaths(campaign.key));
  }
}
