/**
 * What a run holds, campaign by campaign.
 * @packageDocumentation
 */
import { type CampaignKey, campaignKey, campaignOf, toolWay, WAYS } from "../../model/campaign.js";
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import type { Resampling } from "../../statistics/bootstrap.js";
import { CampaignRecord } from "./campaign-record.js";
import type { IdleCpu } from "./idle-cpu.js";
import { PooledNumbers } from "./pooled.js";

/** What figures of one campaign are made from. */
export interface CampaignSource {
  readonly record: CampaignRecord;
  readonly pooled: PooledNumbers;
}

/** The campaigns of a run; one that was never observed is empty. */
export class CampaignSources {
  readonly draws: (rounds: number) => Resampling;
  readonly #known = new Map<CampaignKey, CampaignSource>();

  constructor(
    draws: (rounds: number) => Resampling,
    readonly idle: IdleCpu,
    observations: readonly Observation[] = [],
  ) {
    this.draws = draws;
    for (const observation of observations) this.add(observation);
  }

  add(observation: Observation): void {
    this.of(campaignOf(observation)).record.add(observation);
  }

  of(campaign: CampaignKey): CampaignSource {
    const known = this.#known.get(campaign);
    if (known !== undefined) return known;
    const record = new CampaignRecord();
    const source = { record, pooled: new PooledNumbers(record, this.draws, this.idle) };
    this.#known.set(campaign, source);
    return source;
  }

  /**
   * The campaign that a metric of these paths is judged by: slices have the most rounds, but no percentiles, since counters do not tell each request's
   * time. A run is read by what it holds: how podwire would measure it today changes from version to version.
   */
  behind({ workload, estimator }: Metric, ...paths: readonly MeasuredPath[]): CampaignKey {
    const ways = WAYS.filter((way) => way !== "slice" || estimator.kind !== "percentile");
    const seen = ways.find((way) => this.#observed(campaignKey(workload, way), paths));
    return campaignKey(workload, seen ?? toolWay(workload));
  }

  /** The same workload's other campaign that observed all of these paths; undefined where there is none. */
  beside(campaign: CampaignKey, { workload }: Metric, ...paths: readonly MeasuredPath[]): CampaignSource | undefined {
    const others = WAYS.map((way) => campaignKey(workload, way)).filter((one) => one !== campaign);
    const other = others.find((one) => this.#observed(one, paths));
    return other === undefined ? undefined : this.of(other);
  }

  /** Whether anything was observed that a metric of a path could be judged by. */
  hold(metric: Metric, path: MeasuredPath): boolean {
    return this.#observed(this.behind(metric, path), [path]);
  }

  #observed(campaign: CampaignKey, paths: readonly MeasuredPath[]): boolean {
    return paths.every((path) => this.of(campaign).record.of(path).length > 0);
  }
}
