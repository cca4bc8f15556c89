/**
 * A path's own figure, without a ratio: what it showed in all rounds of one campaign.
 * @packageDocumentation
 */
import { type Counts, deliveredShare } from "../../model/delivery.js";
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import type { Cell } from "../../model/summary.js";
import { medianOf } from "../../statistics/median.js";
import type { CampaignSource } from "./campaign-sources.js";
import type { Cost } from "./cpu-cost.js";
import { samplesRequired, tooFewSentence } from "./paired-cell.js";
import { whyUnusable } from "./pairing.js";
import type { PooledPercentile } from "./pooled-percentiles.js";

/** A figure with what belongs to it. */
export type Figure = Pick<Cell, "median" | "n" | "bound" | "counts" | "delivered" | "softirqShare">;

/** Why there is no figure. */
export interface NoFigure {
  readonly status: "unsupported" | "refused" | "failed" | "broken";
  readonly reason: string;
}

/** The figure of a path; `whyUnseen` is the reason where it was not observed. */
export function figureOf(metric: Metric, path: MeasuredPath, { record, pooled }: CampaignSource, whyUnseen: string): Figure | NoFigure {
  const all = record.of(path);
  const usable = all.filter((observation) => whyUnusable(metric, observation) === undefined);
  const [first] = all;
  if (first === undefined) return { status: "refused", reason: whyUnseen };
  if (usable.length === 0) return { status: "failed", reason: whyUnusable(metric, first) ?? whyUnseen };
  const typical = typicalOf(metric, usable, {
    percentile: (p) => pooled.percentile(metric, p, path, record.rounds()),
    cost: () => pooled.costOfAll(metric, path, usable),
  });
  if ("refused" in typical) return { status: "refused", reason: typical.refused };
  const counts = metric.estimator.kind === "cpu" ? undefined : countsOf(all);
  return {
    median: typical.median,
    n: usable.length,
    ...(typical.bound === undefined ? {} : { bound: typical.bound }),
    ...deliveryOf(counts),
    ...(typical.softirqShare === undefined ? {} : { softirqShare: typical.softirqShare }),
  };
}

type Typical = { readonly median: number; readonly bound?: Cell["bound"]; readonly softirqShare?: number } | { readonly refused: string };

/** What is made of all observations together. */
interface Pooled {
  readonly percentile: (p: number) => PooledPercentile | undefined;
  readonly cost: () => Cost;
}

function typicalOf(metric: Metric, usable: readonly Observation[], { percentile, cost }: Pooled): Typical {
  switch (metric.estimator.kind) {
    case "value":
      return { median: medianOf(usable.map((observation) => observation.values[metric.name] ?? 0)) ?? 0 };
    case "cpu": {
      const spent = cost();
      return "refused" in spent ? spent : { median: spent.cost, softirqShare: spent.softirqShare };
    }
    case "percentile":
      return percentileOf(percentile(metric.estimator.p), samplesRequired(metric.estimator.p));
  }
}

function percentileOf(pooled: PooledPercentile | undefined, required: number): Typical {
  const samples = pooled?.samples ?? 0;
  if (pooled === undefined || samples < required) return { refused: tooFewSentence(samples, required) };
  return { median: Math.exp(pooled.logarithm), ...(pooled.limit ? { bound: "burst" as const } : {}) };
}

const COUNTS = ["offered", "forwarded", "lost", "failed"] as const;

/** What was offered and what became of it, and the share that was delivered, as a cell says it. */
export function deliveryOf(counts: Counts | undefined): Pick<Cell, "counts" | "delivered"> {
  if (counts === undefined) return {};
  const delivered = deliveredShare(counts);
  return { counts, ...(delivered === undefined ? {} : { delivered }) };
}

/** Of all observations: one whose figure was lost with a datagram still says that it was lost. */
function countsOf(all: readonly Observation[]): Counts | undefined {
  const sums: Counts = {};
  for (const name of COUNTS) {
    const seen = all.flatMap((observation) => observation.counts?.[name] ?? []);
    if (seen.length > 0) sums[name] = seen.reduce((sum, count) => sum + count, 0);
  }
  return Object.keys(sums).length === 0 ? undefined : sums;
}
