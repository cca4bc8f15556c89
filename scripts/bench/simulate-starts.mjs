// How often the interval of a percentile's ratio holds, by simulation: host and mode are the same, and starts of their clients differ by 0, 0.5, 1 or 2
// times as much as rounds do. docs/methods.md has the result.
//
//   npm run build && node scripts/bench/simulate-starts.mjs [--experiments 1000] [--seed 1] [--dist dist]
//
// Round trips are lognormal with a tail of 1.5 % (exponential on the log scale) and one of 0.15 % (20 times as long); a burst holds 600 of them, a start
// two bursts, and the host is visited once a round, as in a run. Beside the method (t over the starts' log ratios around the pooled ratio) stand the same
// interval around the mean of the starts' log ratios, and resampled starts with and without the stretch that resampled rounds get.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    experiments: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    dist: { type: "string", default: "dist" },
  },
});
const EXPERIMENTS = Number(flags.experiments);

/**
 * @typedef {Float64Array} Counts how many logarithms of round trips fell into each bin
 * @typedef {{ estimate: number, mean: number, starts: readonly number[], resampled: Float64Array }} Seen
 */

/** @param {string} file @returns {Promise<unknown>} */
const built = (file) => import(pathToFileURL(resolve(flags.dist, "statistics", file)).href);
const { bootstrapInterval, resampling } = /** @type {typeof import("../../src/statistics/bootstrap.js")} */ (await built("bootstrap.js"));
const { startsInterval } = /** @type {typeof import("../../src/statistics/starts-interval.js")} */ (await built("starts-interval.js"));
const { randomFrom } = /** @type {typeof import("../../src/statistics/random.js")} */ (await built("random.js"));

const random = randomFrom(Number(flags.seed));
const PERCENTILES = [0.5, 0.99, 0.999];
const STARTS = [5, 10];
const ROUNDS = { perStart: 2, noise: 0.02, common: 0.04 };
const BURST = 600;
const HOST_VISITS = 1;
/** Bins of the logarithm. */
const BINS = { count: 2_000, from: -1, step: 0.004 };

const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

function roundTrip() {
  const kind = random.next();
  if (kind < 0.0015) return Math.log(20) + 0.3 * normal();
  if (kind < 0.0165) return 0.2 - 0.5 * Math.log(1 - random.next());
  return 0.08 * normal();
}

/** @param {number} shift @param {Counts} into */
function burst(shift, into) {
  for (let index = 0; index < BURST; index += 1) {
    const bin = Math.floor((roundTrip() + shift - BINS.from) / BINS.step);
    const place = Math.max(0, Math.min(BINS.count - 1, bin));
    into[place] = (into[place] ?? 0) + 1;
  }
}

/** One start of both sides. @param {number} startNoise @returns {{ mode: Counts, host: Counts }} */
function start(startNoise) {
  const [mode, host] = [new Float64Array(BINS.count), new Float64Array(BINS.count)];
  const [ofMode, ofHost] = [startNoise * normal(), startNoise * normal()];
  for (let round = 0; round < ROUNDS.perStart; round += 1) {
    const common = ROUNDS.common * normal();
    burst(ofMode + common + ROUNDS.noise * normal(), mode);
    for (let visit = 0; visit < HOST_VISITS; visit += 1) burst(ofHost + common + ROUNDS.noise * normal(), host);
  }
  return { mode, host };
}

/** @param {readonly Counts[]} all @param {(index: number) => number} weight @returns {Counts} */
function pooled(all, weight) {
  const sum = new Float64Array(BINS.count);
  for (const [index, counts] of all.entries()) {
    const times = weight(index);
    if (times > 0) for (let bin = 0; bin < BINS.count; bin += 1) sum[bin] = (sum[bin] ?? 0) + times * (counts[bin] ?? 0);
  }
  return sum;
}

/** @param {Counts} counts @param {number} p */
function percentile(counts, p) {
  const target = p * counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    if (count > 0 && below + count >= target) return BINS.from + BINS.step * (bin + (target - below) / count);
    below += count;
  }
  return Number.NaN;
}

/** @param {readonly { mode: Counts, host: Counts }[]} starts @param {number} p @returns {Seen} */
function seenOf(starts, p) {
  const [modes, hosts] = [starts.map(({ mode }) => mode), starts.map(({ host }) => host)];
  const ratio = (/** @type {(index: number) => number} */ weight) =>
    percentile(pooled(modes, weight), p) - percentile(pooled(hosts, weight), p);
  const each = starts.map(({ mode, host }) => percentile(mode, p) - percentile(host, p));
  const draws = resampling(starts.length, random.integer(2 ** 31), 200);
  const resampled = Float64Array.from({ length: 200 }, (_, row) => ratio((index) => draws.counts[row * starts.length + index] ?? 0));
  return { estimate: ratio(() => 1), mean: each.reduce((sum, value) => sum + value, 0) / each.length, starts: each, resampled };
}

/** The truth is a log ratio of 0. @typedef {{ low: number, high: number } | undefined} Limits */
/** @type {Readonly<Record<string, (seen: Seen, confidence: number) => Limits>>} */
const WAYS = {
  "t around the pooled ratio": ({ estimate, starts }, confidence) => startsInterval(estimate, starts, confidence),
  "t around the mean": ({ mean, starts }, confidence) => startsInterval(mean, starts, confidence),
  "resampled, stretched": ({ estimate, starts, resampled }, confidence) =>
    bootstrapInterval(estimate, resampled, starts.length, confidence),
  resampled: ({ resampled }, confidence) => {
    const ascending = resampled.slice().sort();
    const outside = Math.floor(((1 - confidence) / 2) * ascending.length);
    return { low: ascending[outside] ?? Number.NaN, high: ascending[ascending.length - 1 - outside] ?? Number.NaN };
  },
};

/** @param {number} starts @param {number} factor */
function lines(starts, factor) {
  const experiments = Array.from({ length: EXPERIMENTS }, () => Array.from({ length: starts }, () => start(factor * ROUNDS.noise)));
  return PERCENTILES.map((p) => {
    const seen = experiments.map((experiment) => seenOf(experiment, p));
    const cells = Object.values(WAYS).flatMap((way) => {
      const limits = seen.flatMap((one) => way(one, 0.95) ?? []);
      const holds = limits.filter(({ low, high }) => low <= 0 && high >= 0).length;
      const width = limits.reduce((sum, { low, high }) => sum + (high - low) / 2, 0) / limits.length;
      return `${((100 * holds) / EXPERIMENTS).toFixed(1)} (${(100 * width).toFixed(1)})`;
    });
    return `| ${String(starts)} | ${String(factor)} | p${String(100 * p)} | ${cells.join(" | ")} |\n`;
  });
}

process.stdout.write(
  `| starts | between starts / rounds | percentile | ${Object.keys(WAYS).join(" | ")} |\n|---:|---:|---|${"---:|".repeat(4)}\n`,
);
for (const starts of STARTS) for (const factor of [0, 0.5, 1, 2]) for (const line of lines(starts, factor)) process.stdout.write(line);
