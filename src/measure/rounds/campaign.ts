/**
 * A campaign observes one workload in one way: its lanes, how far it has come, and whether it goes on.
 * @packageDocumentation
 */
import type { Clock } from "../../machine/ports.js";
import { type CampaignKey, campaignKey, toolWay, type Way } from "../../model/campaign.js";
import { findMetric, type WorkloadName } from "../../model/metric.js";
import type { PathPlan } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import type { Probe, ResidentProbe, SliceProbe, TrialProbe } from "../../probes/contract.js";
import { initialSizing, type Sizing } from "../../probes/sizing.js";
import { sliceProbe } from "../../probes/slices.js";
import { FEWEST_STARTS } from "../../statistics/starts-interval.js";
import type { VenueSession } from "../../venues/contract.js";
import { ConnectionTracking } from "../observing/connection-tracking.js";
import { ContainedObserver } from "../observing/contained-observer.js";
import type { Observer } from "../observing/observer.js";
import { ResidentObserver } from "../observing/resident-observer.js";
import type { Servers } from "../observing/servers.js";
import { SliceObserver } from "../observing/slice-observer.js";
import { isSliceable, isSliced } from "../observing/strategy.js";
import { TrialObserver } from "../observing/trial-observer.js";
import { LaneFailures } from "./lane-failures.js";
import { type Lane, type LaneGroup, lanesIn, lanesOf, measuredPath } from "./lanes.js";
import type { CampaignState } from "./schedule.js";

/** Milliseconds of one burst of a resident client. */
const BURST = 40;
/** Rounds in which each resident client is resumed. */
const ROUNDS_PER_CLIENT = { quick: 1, full: 2 } as const;

/** One workload observed in one way. */
export interface Campaign {
  readonly key: CampaignKey;
  readonly workload: WorkloadName;
  readonly probe: Probe;
  readonly observer: ContainedObserver;
  /** Fewest rounds before other campaigns may get more. */
  readonly minimumRounds: number;
  groups: readonly LaneGroup[];
  rounds: number;
  /** Rounds that a resident client is resumed in. */
  readonly roundsPerStart: number;
  /** Numbers of the starts of its long-lived clients or generators in the present block; absent before the first, and for trials. */
  cohort?: readonly number[];
  /** The one of these that the present round observes. */
  start?: number | undefined;
  /** Seconds that its rounds took for each path that took part in them: a campaign of two paths must not get as much as one of twenty. */
  spentPerPath: number;
  /** Seconds of its last turn: a round of trials, or a block. */
  lastTurn?: number;
  open: boolean;
  readonly failures: LaneFailures;
}

/** What campaigns are made from. */
export interface CampaignOptions {
  readonly workload: WorkloadName;
  readonly probeFor: (workload: WorkloadName, sizing: Sizing) => Exclude<Probe, SliceProbe>;
  readonly session: VenueSession;
  readonly servers: Servers;
  readonly scenario: Scenario;
  readonly built: PathPlan;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly minimumRounds: { readonly trials: number; readonly slices: number };
}

/**
 * The campaigns of a workload. Paths whose slices are proven are observed by slices; the others, and metrics that need each
 * request's time, by trials or bursts. Each campaign observes the baselines too, since ratios are taken inside its rounds.
 */
export function campaignsOf(options: CampaignOptions): Campaign[] {
  const { workload, scenario, session, built } = options;
  const groups = lanesOf(workload, { scenario, ...built }, session.paths);
  const sliced = (lane: Lane): boolean => isSliced(scenario, workload, measuredPath(lane.path));
  const campaigns: Campaign[] = [];
  const bySlices = only(groups, sliced);
  if (isSliceable(workload) && bySlices.length > 0)
    campaigns.push(begin(options, bySlices, observingBySlices(options, sliceProbe(workload))));
  const byTool = needsTrials(scenario, workload) ? groups : only(groups, (lane) => !sliced(lane));
  if (byTool.length > 0) campaigns.push(begin(options, byTool, observingByTool(options)));
  return campaigns;
}

/** The groups with those of their subjects that are wanted. A baseline without subjects is one itself. */
function only(groups: readonly LaneGroup[], wanted: (lane: Lane) => boolean): LaneGroup[] {
  return groups.flatMap(({ baseline, subjects }) => {
    const kept = subjects.filter(wanted);
    const alone = subjects.length === 0 && baseline !== undefined && wanted(baseline);
    return kept.length > 0 || alone ? [{ baseline, subjects: kept }] : [];
  });
}

/** Whether a percentile of the workload is asked for. */
function needsTrials(scenario: Scenario, workload: WorkloadName): boolean {
  return scenario.metrics.some((name) => {
    const metric = findMetric(name);
    return metric?.workload === workload && metric.estimator.kind === "percentile";
  });
}

/** A way of observing, with what carries it out. */
interface Observing {
  readonly how: Way;
  readonly probe: Probe;
  readonly minimumRounds: number;
  readonly observer: (tracking: ConnectionTracking) => Observer;
}

function observingBySlices({ session, clock, signal, minimumRounds }: CampaignOptions, probe: SliceProbe): Observing {
  return { how: "slice", probe, minimumRounds: minimumRounds.slices, observer: () => new SliceObserver({ session, probe, clock, signal }) };
}

function observingByTool({ session, clock, signal, scenario, workload, probeFor, minimumRounds }: CampaignOptions): Observing {
  const sizing = sizingOf(scenario);
  const probe = probeFor(workload, sizing);
  const how = toolWay(workload);
  if (probe.kind === "resident") {
    const observer = () => new ResidentObserver({ session, probe, clock, signal, burst: BURST });
    return { how, probe, minimumRounds: FEWEST_STARTS * roundsPerStartOf(scenario), observer };
  }
  const probeOf = (present: Sizing): TrialProbe => trialProbe(probeFor(workload, present));
  const observer = (tracking: ConnectionTracking) => new TrialObserver({ session, sizing, clock, signal, tracking, probeOf });
  return { how, probe, minimumRounds: minimumRounds.trials, observer };
}

const roundsPerStartOf = ({ quick }: Scenario): number => (quick ? ROUNDS_PER_CLIENT.quick : ROUNDS_PER_CLIENT.full);

function sizingOf(scenario: Scenario): Sizing {
  const { maxRate } = scenario;
  const link = scenario.linkBitsPerSecond === null ? {} : { link: { bitsPerSecond: scenario.linkBitsPerSecond, mtu: scenario.mtu } };
  return initialSizing({ ...link, ...(maxRate === undefined ? {} : { maxRate }) });
}

function begin({ workload, session, servers, scenario }: CampaignOptions, groups: readonly LaneGroup[], observing: Observing): Campaign {
  const { how, probe, minimumRounds } = observing;
  const closesConnections = probe.kind !== "resident" && probe.closesConnections === true;
  const tracking = new ConnectionTracking({ session, closesConnections, how });
  return {
    key: campaignKey(workload, how),
    workload,
    probe,
    observer: new ContainedObserver({ session, servers, probe, how, observer: observing.observer(tracking), tracking }),
    minimumRounds,
    groups,
    rounds: 0,
    roundsPerStart: roundsPerStartOf(scenario),
    spentPerPath: 0,
    open: true,
    failures: new LaneFailures(),
  };
}

function trialProbe(probe: TrialProbe | ResidentProbe): TrialProbe {
  if (probe.kind !== "trial") throw new Error(`the probe of ${probe.workload} changed its kind with its sizing`);
  return probe;
}

/** Every lane that a campaign still visits. */
export const lanesOfCampaign = ({ groups }: Campaign): readonly Lane[] => groups.flatMap(lanesIn);

/** A lane that cannot be measured leaves. A baseline takes with it what has nothing to be compared with any more: these lanes are given back. */
export function giveUp(campaign: Campaign, lane: Lane): readonly Lane[] {
  const lost = campaign.groups.find(({ baseline }) => baseline?.path.id === lane.path.id);
  campaign.groups = campaign.groups
    .filter((group) => group !== lost)
    .map((group) => ({ ...group, subjects: group.subjects.filter((other) => other.path.id !== lane.path.id) }))
    .filter((group) => lanesIn(group).length > 0);
  campaign.open = campaign.open && campaign.groups.length > 0;
  return lost?.subjects ?? [];
}

/** Decided paths are visited no longer, nor is a baseline that has none left; a campaign without paths is done. */
export function dropDecidedPaths(campaign: Campaign, open: ReadonlySet<string>): void {
  campaign.groups = campaign.groups
    .map((group) => ({ ...group, subjects: group.subjects.filter(({ stayKey }) => open.has(stayKey)) }))
    .filter(({ subjects }) => subjects.length > 0);
  campaign.open = campaign.open && campaign.groups.length > 0;
}

/** Charges a turn to the paths that took part in it: what those took that have left is no debt of the others. */
export function chargeTurn(campaign: Campaign, seconds: number): void {
  const paths = campaign.groups.reduce((sum, { subjects }) => sum + subjects.length, 0);
  campaign.spentPerPath += seconds / Math.max(1, paths);
}

/** How far a campaign has come, for the schedule. */
export function stateOf({ rounds, minimumRounds, spentPerPath, open, lastTurn }: Campaign): CampaignState {
  const state = { rounds, minimumRounds, spentPerPath, open };
  return lastTurn === undefined ? state : { ...state, lastTurn };
}
