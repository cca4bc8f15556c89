/**
 * One pair of paths and one metric: its rounds so far and the ratio that they give.
 * @packageDocumentation
 */
import { toolWay } from "../../model/campaign.js";
import type { Metric } from "../../model/metric.js";
import type { MeasuredPath } from "../../model/path.js";
import type { CellRatio } from "../../model/summary.js";
import type { Estimated } from "../../statistics/combine-intervals.js";
import { firstAgainstSecondHalf } from "../../statistics/first-half-second-half.js";
import { estimateFrom, type Interval } from "../../statistics/median-interval.js";
import { GrowingSample } from "../../statistics/sample.js";
import { startsInterval } from "../../statistics/starts-interval.js";
import type { RatioLimit } from "../../units/format.js";
import type { CampaignRecord } from "./campaign-record.js";
import { costInterval } from "./cost-interval.js";
import { pairRound } from "./pairing.js";
import type { PooledNumbers } from "./pooled.js";
import { restartMedians } from "./restart-medians.js";

/** What a cell is about, and where its numbers come from. */
export interface CellSource {
  readonly record: CampaignRecord;
  readonly pooled: PooledNumbers;
  readonly metric: Metric;
  readonly numerator: MeasuredPath;
  readonly denominator: MeasuredPath;
  /** What the denominator is to the numerator; absent for the host. */
  readonly baseline?: CellRatio["baseline"];
}

/** A ratio on the log scale, or why there is none. */
export type CellEstimate =
  | {
      readonly kind: "estimated";
      readonly centre: number;
      readonly interval: Interval | undefined;
      /** Set where the figure depends on the start of its generators: so many starts are its units. */
      readonly restarts?: number;
      /** Of a percentile, and of the cost of clients that stay: so many starts of its load generators are behind the interval. */
      readonly starts?: number;
      /** Set where one side's percentile is only a lower limit, so that the ratio is one too; it has no interval. */
      readonly limit?: RatioLimit;
    }
  | { readonly kind: "too-few-samples"; readonly samples: number; readonly required: number; readonly where?: MeasuredPath }
  | { readonly kind: "impossible"; readonly reason: string };

/** Below this many rounds a half has no 99.9 % interval (2 / 2^11 = 0.1 %). */
const FEWEST_FOR_HALVES = 22;
const CONFIDENCE_OF_HALVES = 0.999;

/** Grows by rounds. */
export class PairedCell {
  readonly source: CellSource;
  readonly #rounds: number[] = [];
  readonly #ratios = new GrowingSample();
  /** The start that each round belongs to. */
  readonly #starts: (number | undefined)[] = [];
  #lost = 0;
  #firstLoss: string | undefined;

  constructor(source: CellSource) {
    this.source = source;
  }

  /** Numbers of the rounds that are paired. */
  get rounds(): readonly number[] {
    return this.#rounds;
  }

  /** Rounds in which one side gave no number. */
  get lost(): number {
    return this.#lost;
  }

  /** Why the first of these was lost. */
  get firstLoss(): string | undefined {
    return this.#firstLoss;
  }

  /** Takes in a complete round and says whether it gave a pair. */
  see(round: number): boolean {
    const { record, metric, numerator, denominator } = this.source;
    const pair = pairRound({ record, round, metric }, numerator, denominator);
    if (pair.kind === "lost") {
      this.#lost += 1;
      this.#firstLoss ??= pair.reason;
    }
    if (pair.kind !== "paired") return false;
    this.#rounds.push(round);
    this.#starts.push(pair.numerator[0]?.restart);
    if (pair.logRatio !== undefined) this.#ratios.add(pair.logRatio);
    return true;
  }

  /** The ratio from all rounds so far. */
  estimate(confidence: number): CellEstimate {
    const { estimator } = this.source.metric;
    switch (estimator.kind) {
      case "value":
        return this.#median(confidence);
      case "percentile":
        return this.#percentile(estimator.p, confidence);
      case "cpu":
        return this.#cost(confidence);
    }
  }

  #median(confidence: number): CellEstimate {
    const view = this.#ratios.view();
    if (view === undefined) return { kind: "impossible", reason: "no round was measured" };
    const restarts = restartMedians(view.inOrder, this.#starts);
    const { centre, interval, n } = estimateFrom(restarts ?? view, confidence);
    return { kind: "estimated", centre, interval, ...(restarts === undefined ? {} : { restarts: n }) };
  }

  /** Log of the median ratio in the first half of the rounds over that in the second; undefined for pooled numbers and below 22 rounds. */
  halves(): Estimated | undefined {
    const view = this.#ratios.view();
    if (view === undefined || view.inOrder.length < FEWEST_FOR_HALVES || !view.inOrder.every(Number.isFinite)) return undefined;
    return firstAgainstSecondHalf(view.inOrder, CONFIDENCE_OF_HALVES);
  }

  /** The ratio of two percentiles, each pooled over all rounds; its interval is that of the starts' own ratios. */
  #percentile(p: number, confidence: number): CellEstimate {
    const { pooled, metric, numerator, denominator } = this.source;
    const above = pooled.percentile(metric, p, numerator, this.#rounds);
    const below = pooled.percentile(metric, p, denominator, this.#rounds);
    const required = samplesRequired(p);
    if (above === undefined || above.samples < required) return { kind: "too-few-samples", samples: above?.samples ?? 0, required };
    if (below === undefined || below.samples < required)
      return { kind: "too-few-samples", samples: below?.samples ?? 0, required, where: denominator };
    const centre = above.logarithm - below.logarithm;
    if (!Number.isFinite(centre)) return { kind: "impossible", reason: `${metric.name} is 0, which has no ratio` };
    if (above.limit && below.limit) return { kind: "impossible", reason: bothLimitsSentence(numerator, denominator) };
    if (above.limit || below.limit) return { kind: "estimated", centre, interval: undefined, limit: above.limit ? "at-least" : "at-most" };
    const starts = [...above.starts].flatMap(([start, logarithm]) => {
      const beside = below.starts.get(start);
      return beside === undefined ? [] : [logarithm - beside];
    });
    return { kind: "estimated", centre, interval: startsInterval(centre, starts, confidence), starts: starts.length };
  }

  #cost(confidence: number): CellEstimate {
    const { pooled, metric, numerator, denominator } = this.source;
    const above = pooled.cost(metric, numerator, this.#rounds);
    const below = pooled.cost(metric, denominator, this.#rounds);
    if ("refused" in above) return { kind: "impossible", reason: above.refused };
    if ("refused" in below) return { kind: "impossible", reason: `${denominator.mode} ${denominator.path}: ${below.refused}` };
    const byStart = toolWay(metric.workload) === "burst";
    return {
      kind: "estimated",
      centre: above.logarithm - below.logarithm,
      ...costInterval({ above, below, starts: this.#starts }, byStart, confidence),
    };
  }
}

const bothLimitsSentence = (numerator: MeasuredPath, denominator: MeasuredPath): string =>
  `round trips outlasted their bursts on ${numerator.mode} ${numerator.path} and on ${denominator.mode} ${denominator.path}: of both only a lower limit is known`;

/** Samples that a percentile needs: 20 beyond it. */
export function samplesRequired(p: number): number {
  // 1 - 0.999 is not a thousandth to the last bit.
  return Math.ceil(20 / (1 - p) - 1e-6);
}

/** The reason of a refused percentile; it begins with `where`, a path other than the cell's own. In a cluster the hosts' path has the pods' mode. */
export function tooFewSentence(samples: number, required: number, where?: MeasuredPath): string {
  return `${where === undefined ? "" : `${where.mode} ${where.path}: `}too few samples: ${String(samples)} of ${String(required)}`;
}
