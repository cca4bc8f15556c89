/**
 * Numbers that only the whole of a path's rounds yields, with their values in resampled rounds: pooled percentiles and CPU cost.
 * @packageDocumentation
 */
import type { Metric } from "../../model/metric.js";
import { type Resampling, resampling } from "../../statistics/bootstrap.js";
import { type CampaignRecord, type MeasuredPath, pathKey } from "./campaign-record.js";
import { whyUnusable } from "./pairing.js";
import { SampleTable } from "./pooled-percentiles.js";

/** The logarithm of a pooled number and of its value in each resample. */
export interface Pooled {
  readonly logarithm: number;
  readonly resampled: Float64Array;
  /** Samples behind a percentile. */
  readonly samples?: number;
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

/** The pooled numbers of one workload's paths. Remembers them: the host's serve every mode. */
export class PooledNumbers {
  readonly #record: CampaignRecord;
  readonly #draws: (rounds: number) => Resampling;
  readonly #known = new Map<string, Pooled | undefined>();
  readonly #tables = new Map<string, { readonly observations: number; readonly table: SampleTable }>();

  constructor(record: CampaignRecord, draws: (rounds: number) => Resampling) {
    this.#record = record;
    this.#draws = draws;
  }

  /** The metric of a path over these rounds; undefined when there is nothing to pool (no work, no CPU time seen, no samples). */
  of(metric: Metric, path: MeasuredPath, rounds: readonly number[]): Pooled | undefined {
    const selection = selectionKey(rounds);
    const key = `${metric.name} ${pathKey(path)} ${selection}`;
    if (this.#known.has(key)) return this.#known.get(key);
    const pooled =
      metric.estimator.kind === "percentile"
        ? this.#percentile(metric, path, rounds, metric.estimator.p)
        : this.#cost(metric, path, rounds);
    this.#known.set(key, pooled);
    return pooled;
  }

  #percentile(metric: Metric, path: MeasuredPath, rounds: readonly number[], p: number): Pooled | undefined {
    const table = this.#table(metric, path);
    const pooled = table.percentile(p, rounds);
    if (pooled === undefined) return undefined;
    const resampled = table.resampled(p, rounds, this.#draws(rounds.length)).map(Math.log);
    return { logarithm: Math.log(pooled.value), resampled, samples: pooled.samples };
  }

  /** All rounds of the record; made anew when the record has grown. */
  #table(metric: Metric, path: MeasuredPath): SampleTable {
    const key = pathKey(path);
    const observations = this.#record.size;
    const known = this.#tables.get(key);
    if (known?.observations === observations) return known.table;
    const rounds = this.#record.rounds();
    const histograms = rounds.map((round) => this.#usable(metric, path, round).map((observation) => observation.histogram ?? []));
    const table = new SampleTable(new Map(rounds.map((round, index) => [round, histograms[index] ?? []])));
    this.#tables.set(key, { observations, table });
    return table;
  }

  #cost(metric: Metric, path: MeasuredPath, rounds: readonly number[]): Pooled | undefined {
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

  #usable(metric: Metric, path: MeasuredPath, round: number) {
    return this.#record.inRound(round, path).filter((observation) => whyUnusable(metric, observation) === undefined);
  }
}

/** Rounds are almost always 0 to n - 1; only gaps need to be spelled out. */
function selectionKey(rounds: readonly number[]): string {
  const unbroken = rounds.at(-1) === rounds.length - 1;
  return unbroken ? `first ${String(rounds.length)}` : rounds.join(",");
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
