/**
 * Numbers that only the whole of a path's rounds yields: percentiles, and CPU cost with its value in resampled rounds.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import type { Observation } from "../../model/run.js";
import { type Resampling, resampling } from "../../statistics/bootstrap.js";
import { type CampaignRecord, type MeasuredPath, pathKey } from "./campaign-record.js";
import { whyUnusable } from "./pairing.js";
import { type PooledPercentile, pooledPercentile } from "./pooled-percentiles.js";

/** The logarithm of a cost and of its value in each resample. */
export interface PooledCost {
  readonly logarithm: number;
  readonly resampled: Float64Array;
}

/** Draws of rounds, made once for each number of rounds and then shared by all cells, so that their ratios stay paired. */
export function drawsOf(seed: number): (rounds: number) => Resampling {
  const known = new Map<number, Resampling>();
  return (rounds) => {
    const drawn = known.get(rounds) ?? resampling(rounds, seed + rounds);
    known.set(rounds, drawn);
    return drawn;
  };
}

/** The pooled numbers of one campaign's paths. Remembers them: the host's serve every mode. */
export class PooledNumbers {
  readonly #record: CampaignRecord;
  readonly #draws: (rounds: number) => Resampling;
  readonly #percentiles = new Map<string, PooledPercentile | undefined>();
  readonly #costs = new Map<string, PooledCost | undefined>();

  constructor(record: CampaignRecord, draws: (rounds: number) => Resampling) {
    this.#record = record;
    this.#draws = draws;
  }

  /** A percentile of a path over these rounds; undefined when there are no samples. */
  percentile(metric: Metric, p: number, path: MeasuredPath, rounds: readonly number[]): PooledPercentile | undefined {
    return remembered(this.#percentiles, keyOf(metric, path, rounds), () =>
      pooledPercentile(
        rounds.flatMap((round) => this.#usable(metric, path, round)),
        p,
      ),
    );
  }

  /** CPU time over work of a path over these rounds; undefined when no work or no CPU time was seen. */
  cost(metric: Metric, path: MeasuredPath, rounds: readonly number[]): PooledCost | undefined {
    return remembered(this.#costs, keyOf(metric, path, rounds), () => this.#cost(metric, path, rounds));
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

function remembered<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  const found = known.get(key);
  if (found !== undefined) return found;
  const value = make();
  known.set(key, value);
  return value;
}

/** Rounds are often 0 to n - 1; only gaps need to be spelled out. */
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
