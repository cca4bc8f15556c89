/**
 * Numbers that only the whole of a path's rounds yields: percentiles, and CPU cost with its value in resampled rounds.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import { type MeasuredPath, pathKey } from "../../model/path.js";
import type { Observation } from "../../model/run.js";
import { type Resampling, resampling } from "../../statistics/bootstrap.js";
import type { CampaignRecord } from "./campaign-record.js";
import { whyUnusable } from "./pairing.js";
import { type PooledPercentile, pooledPercentile } from "./pooled-percentiles.js";
import { Recent } from "./recent.js";

/** The logarithm of a cost and of its value in each resample. */
export interface PooledCost {
  readonly logarithm: number;
  readonly resampled: Float64Array;
}

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
  readonly #percentiles = new Recent<string, PooledPercentile | undefined>(NUMBERS_KEPT);
  readonly #costs = new Recent<string, PooledCost | undefined>(NUMBERS_KEPT);

  constructor(record: CampaignRecord, draws: (rounds: number) => Resampling) {
    this.#record = record;
    this.#draws = draws;
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

  /** CPU time over work of a path over these rounds; undefined when no work or no CPU time was seen. */
  cost(metric: Metric, path: MeasuredPath, rounds: readonly number[]): PooledCost | undefined {
    return this.#costs.get(keyOf(metric, path, rounds), () => this.#cost(metric, path, rounds));
  }

  #cost(metric: Metric, path: MeasuredPath, rounds: readonly number[]): PooledCost | undefined {
    const busy = new Float64Array(rounds.length);
    const work = new Float64Array(rounds.length);
    for (const [index, round] of rounds.entries()) {
      for (const observation of this.#usable(metric, path, round)) {
        busy[index] = (busy[index] ?? 0) + observation.cpu.busy;
        work[index] = (work[index] ?? 0) + observation.work;
      }
    }
    const logarithm = Math.log(sum(busy) / sum(work));
    if (!Number.isFinite(logarithm)) return undefined;
    return { logarithm, resampled: resampledCost(busy, work, this.#draws(rounds.length)) };
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

function resampledCost(busy: Float64Array, work: Float64Array, draws: Resampling): Float64Array {
  const values = new Float64Array(draws.resamples);
  for (let row = 0; row < values.length; row += 1) {
    let busySum = 0;
    let workSum = 0;
    for (let index = 0; index < draws.n; index += 1) {
      const times = draws.counts[row * draws.n + index] ?? 0;
      busySum += times * (busy[index] ?? 0);
      workSum += times * (work[index] ?? 0);
    }
    values[row] = Math.log(busySum / workSum);
  }
  return values;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
