/**
 * A campaign observes one workload in one way: its lanes, how far it has come, and whether it goes on.
 * @packageDocumentation
 */
import type { Clock } from "../machine/ports.js";
import { findMetric, type Metric, type WorkloadName } from "../model/metric.js";
import type { Scenario } from "../model/scenario.js";
import type { Probe, ResidentProbe, SliceProbe, TrialProbe } from "../probes/contract.js";
import { initialSizing, type Sizing } from "../probes/sizing.js";
import { sliceProbe } from "../probes/slices.js";
import type { VenueSession } from "../venues/contract.js";
import { type Lane, lanesOf, type UnsupportedWorkloads } from "./lanes.js";
import type { DuetObserver, Observer } from "./observer.js";
import { ResidentObserver } from "./resident-observer.js";
import type { CampaignState } from "./schedule.js";
import { SliceObserver } from "./slice-observer.js";
import { comesFromSlices, isSliceable, isSliced } from "./strategy.js";
import { TrialObserver } from "./trial-observer.js";

/** Milliseconds of one burst of a resident client. */
const BURST = { quick: 30, full: 40 } as const;
/** Seconds that a resident client lives if nobody ends it; a block of rounds takes less. */
const CLIENT_LIFETIME = 60;
/** A lane that fails in this many rounds in a row is given up. */
const FAILURES_IN_A_ROW = 3;

/** One workload observed in one way. */
export interface Campaign {
  readonly workload: WorkloadName;
  readonly probe: Probe;
  readonly observer: Observer;
  /** Set where paths can be observed side by side. */
  readonly duet?: DuetObserver;
  readonly host: Lane;
  /** Fewest rounds before other campaigns may get more. */
  readonly minimumRounds: number;
  /** Whether this campaign's observations are for this metric of this mode. */
  readonly serves: (metric: Metric, mode: string) => boolean;
  lanes: readonly Lane[];
  rounds: number;
  /** Number of the present start of what stays between observations; absent before the first, and for trials. */
  start?: number;
  /** Seconds spent on rounds. */
  spent: number;
  /** Seconds of its last turn: a round of trials, or a block. */
  lastTurn?: number;
  open: boolean;
  /** Counts failed rounds of a lane in a row; true once there are too many. */
  failed(lane: Lane, error: string | undefined): boolean;
}

/** What campaigns are made from. */
export interface CampaignOptions {
  readonly workload: WorkloadName;
  readonly probeFor: (workload: WorkloadName, sizing: Sizing) => Exclude<Probe, SliceProbe>;
  readonly session: VenueSession;
  readonly scenario: Scenario;
  readonly unsupported: UnsupportedWorkloads;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly minimumRounds: { readonly trials: number; readonly slices: number };
}

/**
 * The campaigns of a workload. Modes whose slices are proven are observed by slices; the others, and metrics that need each
 * request's time, by trials or bursts. Each campaign observes the host too, since ratios are taken inside its rounds.
 */
export function campaignsOf(options: CampaignOptions): Campaign[] {
  const { workload, scenario, session, unsupported } = options;
  const [host, ...lanes] = lanesOf(workload, scenario, session.paths, unsupported);
  if (host?.role !== "host") return [];
  const sliced = lanes.filter((lane) => isSliced(scenario, workload, lane.path.mode));
  const hostSliced = lanes.length === 0 && isSliced(scenario, workload, host.path.mode);
  const campaigns: Campaign[] = [];
  if (isSliceable(workload) && (sliced.length > 0 || hostSliced))
    campaigns.push(sliceCampaign(options, sliceProbe(workload), host, sliced));
  const others = needsTrials(scenario, workload) ? lanes : lanes.filter((lane) => !sliced.includes(lane));
  if (others.length > 0 || (lanes.length === 0 && !hostSliced)) campaigns.push(toolCampaign(options, host, others));
  return campaigns;
}

/** Whether a percentile of the workload is asked for. */
function needsTrials(scenario: Scenario, workload: WorkloadName): boolean {
  return scenario.metrics.some((name) => {
    const metric = findMetric(name);
    return metric?.workload === workload && metric.estimator.kind === "percentile";
  });
}

function sliceCampaign(options: CampaignOptions, probe: SliceProbe, host: Lane, lanes: readonly Lane[]): Campaign {
  const { session, clock, signal, scenario, workload, minimumRounds } = options;
  const observer = new SliceObserver({ session, probe, clock, signal });
  const serves = (metric: Metric, mode: string): boolean => comesFromSlices(scenario, metric, mode);
  return { ...begin(lanes), workload, probe, observer, duet: observer, host, serves, minimumRounds: minimumRounds.slices };
}

function toolCampaign(options: CampaignOptions, host: Lane, lanes: readonly Lane[]): Campaign {
  const { session, clock, signal, scenario, workload, probeFor, minimumRounds } = options;
  const sizing = initialSizing(scenario.linkBitsPerSecond ?? undefined);
  const probe = probeFor(workload, sizing);
  const observer =
    probe.kind === "resident"
      ? new ResidentObserver({ session, probe, clock, signal, burst: scenario.quick ? BURST.quick : BURST.full, lifetime: CLIENT_LIFETIME })
      : new TrialObserver({ session, sizing, signal, probeOf: (present) => trialProbe(probeFor(workload, present)) });
  const serves = (metric: Metric, mode: string): boolean => !comesFromSlices(scenario, metric, mode);
  return { ...begin(lanes), workload, probe, observer, host, serves, minimumRounds: minimumRounds.trials };
}

function begin(lanes: readonly Lane[]): Pick<Campaign, "lanes" | "rounds" | "spent" | "open" | "failed"> {
  return { lanes, rounds: 0, spent: 0, open: true, failed: failureCounter() };
}

function trialProbe(probe: TrialProbe | ResidentProbe): TrialProbe {
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
export function stateOf({ rounds, minimumRounds, spent, open, lanes, lastTurn }: Campaign): CampaignState {
  const state = { rounds, minimumRounds, spentPerPath: spent / Math.max(1, lanes.length), open };
  return lastTurn === undefined ? state : { ...state, lastTurn };
}
