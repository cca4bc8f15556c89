/**
 * All cells of a run, fed round by round. The live view and the summary read the same board, so they cannot disagree.
 * @packageDocumentation
 */
import { type CampaignKey, campaignOf, wayOf } from "../../model/campaign.js";
import type { Comparison } from "../../model/comparison.js";
import { METRICS, type Metric, workload } from "../../model/metric.js";
import { type MeasuredPath, samePath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import type { Scenario } from "../../model/scenario.js";
import { FEWEST_ROUNDS, type LookPlan } from "../../statistics/planned-looks.js";
import { cappedAt } from "../observing/cap.js";
import type { CampaignSources } from "./campaign-sources.js";
import { CellTracker } from "./cell-tracker.js";
import { comparisonsOf, type Planned } from "./comparisons.js";
import { whyNoCost } from "./cpu-cost.js";

/** One comparison of one metric, and the campaign that both of its sides come from. */
export interface BoardCell extends Comparison {
  readonly metric: Metric;
  readonly campaign: CampaignKey;
  readonly tracker: CellTracker;
}

/** The cells of a run and what they are made from. */
export interface CellBoard {
  readonly sources: CampaignSources;
  /** In table order. */
  readonly cells: readonly BoardCell[];
}

/** The metrics that are reported, in table order. */
export function metricsAsked(scenario: Scenario): readonly Metric[] {
  return METRICS.filter((metric) => scenario.metrics.includes(metric.name));
}

/** The margin of a metric: the capped one only where the link cap reduces noise, which it does not in CPU cost. */
export function marginOf(scenario: Scenario, metric: Metric): number {
  const limited = scenario.linkBitsPerSecond !== null && workload(metric.workload).link === "capped" && metric.estimator.kind !== "cpu";
  return limited || cappedAt(scenario, metric) !== undefined ? scenario.margin.capped : scenario.margin.open;
}

/** How the cells of a metric are looked at. */
function lookPlanOf(scenario: Scenario, metric: Metric, campaign: CampaignKey): LookPlan {
  const fewestRounds = wayOf(campaign) === "slice" ? FEWEST_ROUNDS.slices : FEWEST_ROUNDS.trials;
  return { margin: marginOf(scenario, metric), better: metric.better, fewestRounds };
}

/** What a board is made from. */
export interface BoardPlan {
  readonly planned: Planned;
  readonly sources: CampaignSources;
  /** The campaign that a metric of a path is judged by. */
  readonly campaignFor: (metric: Metric, path: MeasuredPath) => CampaignKey;
}

/** A cell of a figure that cannot be known would stay open, and its path with it, until the budget is over. */
const canBeKnown = ({ estimator, workload: of }: Metric): boolean => estimator.kind !== "cpu" || whyNoCost(of) === undefined;

/** A board on which no cell has seen a round yet. */
export function cellBoard({ planned, sources, campaignFor }: BoardPlan): CellBoard {
  const { scenario } = planned;
  const metrics = metricsAsked(scenario);
  const cells = scenario.workloads.flatMap((name) =>
    comparisonsOf(planned, name).flatMap((comparison) =>
      metrics
        .filter((metric) => metric.workload === name && canBeKnown(metric))
        .map((metric): BoardCell => {
          const campaign = campaignFor(metric, comparison.numerator);
          const source = { ...comparison, ...sources.of(campaign), metric };
          const tracker = new CellTracker(source, lookPlanOf(scenario, metric, campaign), planned.partEnds);
          return { ...comparison, metric, campaign, tracker };
        }),
    ),
  );
  return { sources, cells };
}

/** The cells of a metric of a path, that of its ratio first. */
export const cellsOf = ({ cells }: CellBoard, metric: Metric, path: MeasuredPath): readonly BoardCell[] =>
  cells.filter((cell) => cell.metric.name === metric.name && samePath(cell.numerator, path));

/** Adds the observations of one complete round of one campaign and lets every cell of it take them in. */
export function addRound({ sources, cells }: CellBoard, observations: readonly Observation[]): void {
  const [first] = observations;
  if (first === undefined) return;
  for (const observation of observations) sources.add(observation);
  const own = campaignOf(first);
  for (const { campaign, tracker } of cells) if (campaign === own) tracker.see(first.round);
}

/** Lets the cells of a board take in, in their order, the rounds that its sources hold. */
export function replay({ sources, cells }: CellBoard): void {
  for (const { campaign, tracker } of cells) for (const round of sources.of(campaign).record.rounds()) tracker.see(round);
}
