/**
 * A campaign is one workload's share of a run: its lanes, how far it has come, and whether it goes on.
 * @packageDocumentation
 */
import type { Clock } from "../machine/ports.js";
import type { WorkloadName } from "../model/metric.js";
import type { Scenario } from "../model/scenario.js";
import type { Probe, TrialProbe } from "../probes/contract.js";
import { initialSizing, type Sizing } from "../probes/sizing.js";
import type { VenueSession } from "../venues/contract.js";
import { type Lane, lanesOf, type UnsupportedWorkloads } from "./lanes.js";
import type { Observer } from "./observer.js";
import { ResidentObserver } from "./resident-observer.js";
import type { WorkloadState } from "./schedule.js";
import { TrialObserver } from "./trial-observer.js";

/** Milliseconds of one burst of a resident client. */
const BURST = 50;
/** Seconds that a resident client lives if nobody ends it; a block of rounds takes less. */
const CLIENT_LIFETIME = 90;
/** A lane that fails in this many rounds in a row is given up. */
const FAILURES_IN_A_ROW = 3;

/** One workload's share of the run. */
export interface Campaign {
  readonly workload: WorkloadName;
  readonly probe: Probe;
  readonly observer: Observer;
  readonly host: Lane;
  lanes: readonly Lane[];
  rounds: number;
  /** Seconds spent on rounds. */
  spent: number;
  lastRound?: number;
  open: boolean;
  /** Counts failed rounds of a lane in a row; true once there are too many. */
  failed(lane: Lane, error: string | undefined): boolean;
}

/** What a campaign is made from. */
export interface CampaignOptions {
  readonly workload: WorkloadName;
  readonly probeFor: (workload: WorkloadName, sizing: Sizing) => Probe;
  readonly session: VenueSession;
  readonly scenario: Scenario;
  readonly unsupported: UnsupportedWorkloads;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The campaign of a workload, or nothing where the venue has no host path to compare with. */
export function campaignOf(options: CampaignOptions): Campaign[] {
  const { workload, probeFor, scenario, session, unsupported } = options;
  const [host, ...lanes] = lanesOf(workload, scenario, session.paths, unsupported);
  if (host?.role !== "host") return [];
  const sizing = initialSizing(scenario.linkBitsPerSecond ?? undefined);
  const probe = probeFor(workload, sizing);
  const observer = observerOf(probe, sizing, options);
  return [{ workload, probe, observer, host, lanes, rounds: 0, spent: 0, open: true, failed: failureCounter() }];
}

function observerOf(probe: Probe, sizing: Sizing, options: CampaignOptions): Observer {
  const { session, clock, signal, workload, probeFor } = options;
  if (probe.kind === "resident") {
    return new ResidentObserver({ session, probe, clock, signal, burst: BURST, lifetime: CLIENT_LIFETIME });
  }
  return new TrialObserver({ session, sizing, signal, probeOf: (present) => trialProbe(probeFor(workload, present)) });
}

function trialProbe(probe: Probe): TrialProbe {
  if (probe.kind !== "trial") throw new Error(`the probe of ${probe.workload} changed its kind with its sizing`);
  return probe;
}

function failureCounter(): (lane: Lane, error: string | undefined) => boolean {
  const inARow = new Map<string, number>();
  return (lane, error) => {
    const count = error === undefined ? 0 : (inARow.get(lane.path.id) ?? 0) + 1;
    inARow.set(lane.path.id, count);
    return count >= FAILURES_IN_A_ROW;
  };
}

/** A lane that cannot be measured leaves; without its host a workload has nothing to compare with and ends. */
export function giveUp(campaign: Campaign, lane: Lane): void {
  campaign.lanes = campaign.lanes.filter((other) => other.path.id !== lane.path.id);
  if (lane.role === "host") campaign.open = false;
}

/** How far a campaign has come, for the schedule. */
export function stateOf({ workload, rounds, spent, open, lastRound }: Campaign): WorkloadState {
  return { workload, rounds, spent, open, ...(lastRound === undefined ? {} : { lastRound }) };
}
