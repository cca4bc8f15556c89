/**
 * The measuring loop: servers up, residents up, then rounds until every cell is decided or the budget is spent.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import type { GivenUp } from "../../model/given-up.js";
import type { WorkloadName } from "../../model/metric.js";
import type { Observation, PathPlan, Run } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import type { ResidentProbe, TrialProbe } from "../../probes/contract.js";
import type { Sizing } from "../../probes/sizing.js";
import type { VenueSession } from "../../venues/contract.js";
import { Servers } from "../observing/servers.js";
import type { Progress } from "../progress.js";
import { type Campaign, campaignsOf, chargeTurn, lanesOfCampaign, narrow, stateOf } from "./campaign.js";
import { type EarlierPart, replay, roundsOf, secondsOf } from "./earlier-part.js";
import { GivingUp } from "./giving-up.js";
import type { MeasureEvent } from "./measure-event.js";
import { ObservationStore } from "./observation-store.js";
import { type ResidentBlock, residentBlock } from "./resident-block.js";
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
  readonly progress: Pick<Progress, "addRound" | "openPaths">;
  readonly onEvent: (event: MeasureEvent) => void;
  /** What an interrupted run had seen: it goes on where it stopped, within the same budget. */
  readonly earlier?: EarlierPart;
}

/** What was seen. */
export interface Measured {
  readonly observations: readonly Observation[];
  readonly givenUp: readonly GivenUp[];
  readonly raw: Run["raw"];
  /** True when the signal ended the loop. */
  readonly interrupted: boolean;
  /** Why measuring ended early, when the venue itself failed. What was seen until then is kept. */
  readonly failure?: string;
}

/**
 * Rounds of slices between two starts of their generators. A figure may depend on how they started, which five starts at least have to show
 * (method.md); once there are so many, longer blocks waste less time.
 */
const SLICE_BLOCK = { rounds: 7, first: { starts: 5, rounds: 3 } } as const;

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
  #campaigns: Campaign[] = [];
  /** Seconds of the longest round in the last block of residents. */
  #roundOfResidents: number | undefined;

  constructor(options: MeasureOptions) {
    this.#options = options;
    const earlier = options.earlier?.observations ?? [];
    this.#store = new ObservationStore(options.earlier);
    this.#ledger = new RoundLedger(earlier);
    this.#servers = new Servers(options.session, options.clock);
    // The run began so long ago as its earlier part took.
    const began = options.clock.monotonic() - secondsOf(earlier) * 1000;
    this.#rounds = new Rounds({ ...options, store: this.#store, ledger: this.#ledger, began });
    this.#givingUp = new GivingUp({
      servers: this.#servers,
      now: () => this.#rounds.seconds,
      onFailed: ({ workload, mode, path, reason }) => {
        options.onEvent({ kind: "lane-failed", workload, mode, path, reason });
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
    this.#resume(this.#options.earlier?.observations ?? []);
    const failure = await this.#carryOut();
    await this.#closeAll();
    this.#store.keepRounds((workload, round) => this.#ledger.isFinished(workload, round));
    const { observations, givenUp, raw } = this.#store;
    return { observations, givenUp, raw, interrupted: signal.aborted, ...(failure === undefined ? {} : { failure }) };
  }

  #resume(earlier: readonly Observation[]): void {
    if (earlier.length === 0) return;
    replay(earlier, this.#options.progress);
    for (const campaign of this.#campaigns) {
      campaign.rounds = roundsOf(campaign, earlier);
      this.#narrow(campaign);
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

  /** Ends what stays of a campaign; takes in what only its end yields, round by round, and gives it back. */
  async #collect(campaign: Campaign): Promise<readonly Observation[]> {
    const rounds = new Map<number, Observation[]>();
    const kept = (await campaign.observer.close()).map((observed) => this.#store.keep(observed));
    for (const observation of kept) rounds.set(observation.round, [...(rounds.get(observation.round) ?? []), observation]);
    for (const [round, observations] of [...rounds].sort(([a], [b]) => a - b)) {
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
      const campaigns = campaign.probe.kind === "resident" ? this.#residents() : [campaign];
      await this.#serve(campaigns);
      const began = clock.monotonic();
      if (campaign.probe.kind === "trial") await this.#turn(campaigns, { rounds: 1, began, deadline, ends: Infinity });
      else if (campaign.probe.kind === "slice")
        await this.#slices(campaign, { rounds: roundsOfSlices(campaign), began, deadline, ends: Infinity });
      else await this.#bursts(campaigns, residentBlock(campaigns, campaign.roundsPerStart, this.#roundOfResidents), deadline);
    }
  }

  /** Resident clients of all workloads are started together: each start is mostly waiting. */
  #residents(): readonly Campaign[] {
    return this.#campaigns.filter(({ open, probe }) => open && probe.kind === "resident");
  }

  /** Starts the generators of a campaign, observes a few rounds, stops them. Another start shows whether a figure depends on it. */
  async #slices(campaign: Campaign, turn: Turn): Promise<void> {
    campaign.cohort = this.#ledger.start(campaign.workload, 1);
    await campaign.observer.open(lanesOfCampaign(campaign));
    await this.#turn([campaign], turn);
  }

  /** The same with resident clients, of which each lane has several: they say only at their end what they saw. */
  async #bursts(campaigns: readonly Campaign[], { starts, rounds, lifetime, within }: ResidentBlock, deadline: number): Promise<void> {
    const { clock } = this.#options;
    const began = clock.monotonic();
    await Promise.all(
      campaigns.map(async (campaign) => {
        campaign.cohort = this.#ledger.start(campaign.workload, starts);
        await campaign.observer.open(lanesOfCampaign(campaign), { starts: campaign.cohort, lifetime });
      }),
    );
    const longest = await this.#turn(campaigns, { rounds, began, deadline, ends: began + within * 1_000 });
    if (longest > 0) this.#roundOfResidents = longest / 1_000;
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
      this.#narrow(campaign);
    }
    return longest;
  }

  #narrow(campaign: Campaign): void {
    if (campaign.rounds < campaign.minimumRounds) return;
    narrow(campaign, this.#options.progress.openPaths(campaign.key));
  }
}

/** Rounds of the next block of slices, whose generators are started for each block anew. */
function roundsOfSlices({ start = -1 }: Campaign): number {
  const { rounds, first } = SLICE_BLOCK;
  return start + 1 < first.starts ? first.rounds : rounds;
}
