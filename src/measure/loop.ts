/**
 * The measuring loop: servers up, residents up, then rounds until every cell is decided or the budget is spent.
 * @packageDocumentation
 */
import type { Clock } from "../machine/ports.js";
import type { WorkloadName } from "../model/metric.js";
import type { Observation, Run } from "../model/run.js";
import type { Scenario } from "../model/scenario.js";
import type { Probe } from "../probes/contract.js";
import type { VenueSession } from "../venues/contract.js";
import { type Lane, lanesOf, type UnsupportedWorkloads } from "./lanes.js";
import type { Observed, Observer } from "./observer.js";
import { ResidentObserver } from "./resident-observer.js";
import { type RandomInteger, roundOrder } from "./round-order.js";
import { nextWorkload, type WorkloadState } from "./schedule.js";
import { startServers } from "./servers.js";
import { TrialObserver } from "./trial-observer.js";

/** What happened, for those who watch. */
export type MeasureEvent =
  | { readonly kind: "starting"; readonly what: string }
  | { readonly kind: "observing"; readonly workload: WorkloadName; readonly round: number; readonly mode: string }
  | { readonly kind: "round"; readonly workload: WorkloadName; readonly round: number; readonly observations: readonly Observation[] }
  | { readonly kind: "lane-failed"; readonly workload: WorkloadName; readonly mode: string; readonly reason: string };

/** What the loop is given. */
export interface MeasureOptions {
  readonly session: VenueSession;
  readonly scenario: Scenario;
  readonly unsupported: UnsupportedWorkloads;
  readonly probeFor: (workload: WorkloadName) => Probe;
  readonly clock: Clock;
  readonly random: RandomInteger;
  /** Ends the loop; rounds that are finished are kept. */
  readonly signal: AbortSignal;
  /** Fewest rounds that every workload gets before any gets more. */
  readonly minimumRounds: number;
  /** Modes of a workload whose cells are not decided yet. Asked after each round; a mode that is not named leaves the rounds. */
  readonly openModes: (workload: WorkloadName, observations: readonly Observation[]) => ReadonlySet<string>;
  readonly onEvent: (event: MeasureEvent) => void;
}

/** What was seen. */
export interface Measured {
  readonly observations: readonly Observation[];
  readonly raw: Run["raw"];
  /** True when the signal ended the loop. */
  readonly interrupted: boolean;
}

/** Milliseconds of one burst of a resident client. */
const BURST = 30;
/** A lane that fails this often in a row is given up. */
const FAILURES_IN_A_ROW = 3;

/** One workload's share of the run. */
interface Campaign {
  readonly workload: WorkloadName;
  readonly observer: Observer;
  readonly host: Lane;
  lanes: Lane[];
  rounds: number;
  spent: number;
  lastRound?: number;
  open: boolean;
  failuresInARow: Map<string, number>;
}

/** Measures a scenario in an open venue. */
export async function measure(options: MeasureOptions): Promise<Measured> {
  return new Loop(options).run();
}

class Loop {
  readonly #options: MeasureOptions;
  readonly #began: number;
  readonly #observations: Observation[] = [];
  readonly #raw: Run["raw"] = {};

  constructor(options: MeasureOptions) {
    this.#options = options;
    this.#began = options.clock.monotonic();
  }

  async run(): Promise<Measured> {
    const campaigns = this.#campaigns();
    await this.#startServers(campaigns);
    this.#options.onEvent({ kind: "starting", what: "load generators" });
    await Promise.all(campaigns.map((campaign) => campaign.observer.open()));
    await this.#rounds(campaigns);
    const late = await Promise.all(campaigns.map((campaign) => campaign.observer.close()));
    for (const observed of late.flat()) this.#keep(observed);
    this.#dropUnfinishedRounds(campaigns);
    return { observations: this.#observations, raw: this.#raw, interrupted: this.#options.signal.aborted };
  }

  #campaigns(): Campaign[] {
    const { scenario, session, unsupported } = this.#options;
    return scenario.workloads.flatMap((workload) => {
      const [host, ...lanes] = lanesOf(workload, scenario, session.paths, unsupported);
      if (host?.role !== "host") return [];
      const observer = this.#observer(workload, [host, ...lanes]);
      return [{ workload, observer, host, lanes, rounds: 0, spent: 0, open: true, failuresInARow: new Map<string, number>() }];
    });
  }

  #observer(workload: WorkloadName, lanes: readonly Lane[]): Observer {
    const { session, clock, signal, scenario, probeFor } = this.#options;
    const probe = probeFor(workload);
    if (probe.kind === "trial") return new TrialObserver(session, probe, signal);
    return new ResidentObserver({ session, probe, lanes, clock, signal, burst: BURST, lifetime: Math.ceil(scenario.budgetSeconds * 2 + 60) });
  }

  async #startServers(campaigns: Campaign[]): Promise<void> {
    const { session, clock, probeFor, onEvent } = this.#options;
    onEvent({ kind: "starting", what: "servers" });
    const wanted = campaigns.flatMap((campaign) =>
      [campaign.host, ...campaign.lanes].flatMap((lane) =>
        probeFor(campaign.workload)
          .servers(lane.path)
          .map((spec) => ({ endpoint: lane.path.to, spec, lane, campaign })),
      ),
    );
    const failures = await startServers(session, wanted, clock);
    for (const failure of failures) {
      for (const { lane, campaign } of wanted.filter((server) => server.endpoint.id === failure.endpoint.id)) {
        this.#giveUp(campaign, lane, failure.reason);
      }
    }
  }

  async #rounds(campaigns: Campaign[]): Promise<void> {
    const { scenario, clock, minimumRounds, signal } = this.#options;
    const deadline = clock.monotonic() + scenario.budgetSeconds * 1000;
    while (!signal.aborted) {
      const workload = nextWorkload(campaigns.map(stateOf), minimumRounds, (deadline - clock.monotonic()) / 1000);
      const campaign = campaigns.find((candidate) => candidate.workload === workload);
      if (campaign === undefined) return;
      await this.#round(campaign, deadline);
    }
  }

  async #round(campaign: Campaign, deadline: number): Promise<void> {
    const { clock, random, signal, onEvent, openModes } = this.#options;
    const began = clock.monotonic();
    const seen: Observation[] = [];
    for (const [position, lane] of roundOrder(campaign.host, campaign.lanes, random).entries()) {
      if (signal.aborted || clock.monotonic() > deadline) return;
      onEvent({ kind: "observing", workload: campaign.workload, round: campaign.rounds, mode: lane.path.mode });
      const slot = { round: campaign.rounds, position, startedAt: (clock.monotonic() - this.#began) / 1000 };
      const observed = await campaign.observer.observe(lane, slot);
      if (signal.aborted) return;
      if (observed === undefined) continue;
      seen.push(this.#keep(observed));
      this.#countFailure(campaign, lane, observed.observation.error);
    }
    campaign.rounds += 1;
    campaign.lastRound = (clock.monotonic() - began) / 1000;
    campaign.spent += campaign.lastRound;
    onEvent({ kind: "round", workload: campaign.workload, round: campaign.rounds - 1, observations: seen });
    if (campaign.rounds < this.#options.minimumRounds) return;
    const open = openModes(campaign.workload, this.#observations);
    campaign.lanes = campaign.lanes.filter((lane) => open.has(lane.path.mode));
    campaign.open = campaign.open && campaign.lanes.length > 0;
  }

  /** Keeps an observation, with the tool's own words for the first of a lane and for each failure. */
  #keep({ observation, raw }: Observed): Observation {
    const lane = `${observation.workload} ${observation.mode} ${observation.path}`;
    const key = observation.error === undefined ? lane : `${lane} round ${String(observation.round)} position ${String(observation.position)}`;
    this.#raw[key] ??= raw;
    const kept = { ...observation, raw: key };
    this.#observations.push(kept);
    return kept;
  }

  #countFailure(campaign: Campaign, lane: Lane, error: string | undefined): void {
    const inARow = error === undefined ? 0 : (campaign.failuresInARow.get(lane.path.id) ?? 0) + 1;
    campaign.failuresInARow.set(lane.path.id, inARow);
    if (error !== undefined && inARow >= FAILURES_IN_A_ROW) this.#giveUp(campaign, lane, error);
  }

  /** A lane that cannot be measured leaves; without its host a workload has nothing to compare with and ends. */
  #giveUp(campaign: Campaign, lane: Lane, reason: string): void {
    this.#options.onEvent({ kind: "lane-failed", workload: campaign.workload, mode: lane.path.mode, reason });
    campaign.lanes = campaign.lanes.filter((other) => other.path.id !== lane.path.id);
    if (lane.role === "host") campaign.open = false;
  }

  /** A round that an interruption cut is no round: pairing needs all of it. */
  #dropUnfinishedRounds(campaigns: readonly Campaign[]): void {
    const finished = new Map(campaigns.map((campaign) => [campaign.workload, campaign.rounds]));
    const kept = this.#observations.filter((observation) => observation.round < (finished.get(observation.workload) ?? 0));
    this.#observations.splice(0, this.#observations.length, ...kept);
  }
}

const stateOf = (campaign: Campaign): WorkloadState => ({
  workload: campaign.workload,
  rounds: campaign.rounds,
  spent: campaign.spent,
  open: campaign.open,
  ...(campaign.lastRound === undefined ? {} : { lastRound: campaign.lastRound }),
});
