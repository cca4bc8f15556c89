/**
 * Numbers that only the whole of a path's rounds yields: percentiles, and CPU cost with its value in resampled rounds.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import { type MeasuredPath, pathKey } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { type Resampling, resampling } from "../../statistics/bootstrap.js";
import type { CampaignRecord } from "./campaign-record.js";
import { addedUp, type Cost, costOf, type Spent, spentIn, whyNoCost } from "./cpu-cost.js";
import type { IdleCpu, IdleRate } from "./idle-cpu.js";
import { whyUnusable } from "./pairing.js";
import { type PooledPercentile, pooledPercentile } from "./pooled-percentiles.js";
import { Recent } from "./recent.js";

/** The logarithm of a cost, and how it came together. */
export interface PooledCost {
  readonly logarithm: number;
  /** The logarithm in each resample of rounds, with an idle rate of its own. */
  readonly resampled: Float64Array;
  /** Each round's sums, and what they were freed of: undefined where costs are of everything. */
  readonly each: readonly Spent[];
  readonly idle: IdleRate | undefined;
}

/**
 * The least that a resampled cost can be, as a share of the cost: a draw of an idle rate beyond all that the machine did leaves nothing, which has no
 * logarithm. A cost is at least twice the error of its idle rate, so such draws lie beyond the points at which an interval is read, however far.
 */
const LEAST_SHARE = 0.001;

/** Draws that are kept, of 400 bytes a round each: cells that are looked at after the same round share them, and those of two workloads take turns. */
const DRAWS_KEPT = 4;
/** Numbers that are kept of each campaign, of 3 kB each: the host's serve every mode that is looked at after the same round. */
const NUMBERS_KEPT = 256;

/** Draws of rounds: the same for the same number of rounds, so that ratios stay paired whenever they are made. */
export function drawsOf(seed: number): (rounds: number) => Resampling {
  const recent = new Recent<number, Resampling>(DRAWS_KEPT);
  return (rounds) => recent.get(rounds, () => resampling(rounds, seed + rounds));
}

/** The pooled numbers of one campaign's paths. */
export class PooledNumbers {
  readonly #record: CampaignRecord;
  readonly #draws: (rounds: number) => Resampling;
  readonly #idle: IdleCpu;
  readonly #percentiles = new Recent<string, PooledPercentile | undefined>(NUMBERS_KEPT);
  readonly #costs = new Recent<string, PooledCost | { readonly refused: string }>(NUMBERS_KEPT);

  constructor(record: CampaignRecord, draws: (rounds: number) => Resampling, idle: IdleCpu) {
    this.#record = record;
    this.#draws = draws;
    this.#idle = idle;
  }

  /** A percentile of a path over these rounds; undefined when there are no samples. */
  percentile(metric: Metric, p: number, path: MeasuredPath, rounds: readonly number[]): PooledPercentile | undefined {
    return this.#percentiles.get(keyOf(metric, path, rounds), () =>
      pooledPercentile(
        rounds.flatMap((round) => this.#usable(metric, path, round)),
        p,
      ),
    );
  }

  /** CPU time over work of a path over these rounds, or why there is none. */
  cost(metric: Metric, path: MeasuredPath, rounds: readonly number[]): PooledCost | { readonly refused: string } {
    return this.#costs.get(keyOf(metric, path, rounds), () => this.#cost(metric, path, rounds));
  }

  /** The same of everything that a path showed of a workload, without resamples. */
  costOfAll({ workload }: Pick<Metric, "workload">, path: MeasuredPath, usable: readonly Observation[]): Cost {
    const refused = whyNoCost(workload);
    if (refused !== undefined) return { refused };
    const idle = this.#idle.rateOf(path);
    return idle !== undefined && "unknown" in idle ? { refused: idle.unknown } : costOf(spentIn(usable), idle);
  }

  #cost(metric: Metric, path: MeasuredPath, rounds: readonly number[]): PooledCost | { readonly refused: string } {
    // A reading that came later would give a decided cell another figure than the one it was decided by.
    const idle = this.#idle.rateOf(path, this.#record.timeOf(rounds.at(-1) ?? 0).began);
    if (idle !== undefined && "unknown" in idle) return { refused: idle.unknown };
    const each = rounds.map((round) => spentIn(this.#usable(metric, path, round)));
    const whole = costOf(addedUp(each), idle);
    if ("refused" in whole) return whole;
    const resampled = resampledCost(each, whole.cost, idle, this.#draws(rounds.length));
    return { logarithm: Math.log(whole.cost), resampled, each, idle };
  }

  #usable(metric: Metric, path: MeasuredPath, round: number): readonly Observation[] {
    return this.#record.inRound(round, path).filter((observation) => whyUnusable(metric, observation) === undefined);
  }
}

/** Rounds 0 to n - 1 are named by their number; where some were lost or cut short, all are spelled out. */
function keyOf(metric: Metric, path: MeasuredPath, rounds: readonly number[]): string {
  const unbroken = rounds.at(-1) === rounds.length - 1;
  return `${metric.name} ${pathKey(path)} ${unbroken ? `first ${String(rounds.length)}` : rounds.join(",")}`;
}

/**
 * The logarithm of a cost in resampled rounds, each with an idle rate that may as well be true.
 * @param cost - of all rounds
 */
export function resampledCost(each: readonly Spent[], cost: number, idle: IdleRate | undefined, draws: Resampling): Float64Array {
  const [busy, elapsed, work] = [each.map((one) => one.busy), each.map((one) => one.elapsed), each.map((one) => one.work)];
  const values = new Float64Array(draws.resamples);
  for (let row = 0; row < values.length; row += 1) {
    const times = draws.counts.subarray(row * draws.n, (row + 1) * draws.n);
    const rate = idle === undefined ? 0 : idle.busy + idle.error * (idle.deviates[row] ?? 0);
    const drawn = (weighted(busy, times) - rate * weighted(elapsed, times)) / weighted(work, times);
    values[row] = Math.log(Math.max(drawn, cost * LEAST_SHARE));
  }
  return values;
}

const weighted = (values: readonly number[], times: Uint8Array): number =>
  values.reduce((sum, value, index) => sum + value * (times[index] ?? 0), 0);
