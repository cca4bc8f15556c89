// How often the interval of a CPU cost's ratio holds where the clients stay for a few bursts each, by simulation: host and mode are the same, and starts of
// their clients differ by 0, 1, 2 or 5 times as much as rounds do. docs/methods.md has the result.
//
//   npm run build && node scripts/bench/simulate-cost-starts.mjs [--experiments 1000] [--seed 1] [--dist dist]
//
// A burst of 40 ms keeps two CPUs busy for 10 % (a quiet path) or 60 % of the time, which the kernel counts in ticks of 10 ms; its work and its cost differ
// by 2 % from round to round. Beside the method (t over the starts' deviations to first order, around the pooled ratio) stand t over the logarithms of the
// starts' own ratios and resampled rounds. In brackets the mean half-width, and in how many experiments there was no interval at all.
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

/** @typedef {import("../../src/measure/cells/cpu-cost.js").Spent} Spent @typedef {{ mode: Spent, host: Spent }} Round */

/** @param {string} file @returns {Promise<unknown>} */
const built = (file) => import(pathToFileURL(resolve(flags.dist, file)).href);
const { addedUp, deviationsOf } = /** @type {typeof import("../../src/measure/cells/cpu-cost.js")} */ (
  await built("measure/cells/cpu-cost.js")
);
const { bootstrapInterval, resampling } = /** @type {typeof import("../../src/statistics/bootstrap.js")} */ (
  await built("statistics/bootstrap.js")
);
const { startsInterval } = /** @type {typeof import("../../src/statistics/starts-interval.js")} */ (
  await built("statistics/starts-interval.js")
);
const { randomFrom } = /** @type {typeof import("../../src/statistics/random.js")} */ (await built("statistics/random.js"));

const random = randomFrom(Number(flags.seed));
const BURST = 0.04;
const TICK = 0.01;
const CPUS = 2;
const NOISE = 0.02;

const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());

/** @param {number} load share of the CPUs' time @param {number} shift @returns {Spent} */
function burst(load, shift) {
  const share = load * Math.exp(shift + NOISE * normal());
  let busy = 0;
  for (let tick = 0; tick < (CPUS * BURST) / TICK; tick += 1) if (random.next() < share) busy += TICK;
  return { busy, softirq: 0, elapsed: BURST, work: Math.exp(NOISE * normal()) };
}

/** The rounds of each start. @param {number} starts @param {number} perStart @param {number} factor @param {number} load @returns {Round[][]} */
function experiment(starts, perStart, factor, load) {
  return Array.from({ length: starts }, () => {
    const [mode, host] = [factor * NOISE * normal(), factor * NOISE * normal()];
    return Array.from({ length: perStart }, () => ({ mode: burst(load, mode), host: burst(load, host) }));
  });
}

/** @param {readonly Spent[]} all */
const costOf = (all) => all.reduce((sum, { busy }) => sum + busy, 0) / all.reduce((sum, { work }) => sum + work, 0);
/** @param {readonly Round[]} rounds */
const logRatio = (rounds) => Math.log(costOf(rounds.map(({ mode }) => mode)) / costOf(rounds.map(({ host }) => host)));

/** @type {Readonly<Record<string, (starts: readonly (readonly Round[])[]) => { low: number, high: number } | undefined>>} */
const WAYS = {
  "t, first order": (starts) => {
    const [over = [], under = []] = /** @type {const} */ (["mode", "host"]).map((side) =>
      deviationsOf(
        starts.map((rounds) => addedUp(rounds.map((round) => round[side]))),
        undefined,
      ),
    );
    return startsInterval(
      logRatio(starts.flat()),
      over.map((value, place) => value - (under[place] ?? 0)),
      0.95,
    );
  },
  "t, logarithms": (starts) => startsInterval(logRatio(starts.flat()), starts.map(logRatio), 0.95),
  "resampled rounds": (starts) => {
    const rounds = starts.flat();
    const { counts } = resampling(rounds.length, random.integer(2 ** 31), 200);
    const values = Float64Array.from({ length: 200 }, (_, row) =>
      logRatio(rounds.flatMap((round, place) => Array.from({ length: counts[row * rounds.length + place] ?? 0 }, () => round))),
    );
    return bootstrapInterval(logRatio(rounds), values, rounds.length, 0.95);
  },
};

/** @param {number} load @param {number} starts @param {number} perStart @param {number} factor */
function line(load, starts, perStart, factor) {
  const experiments = Array.from({ length: EXPERIMENTS }, () => experiment(starts, perStart, factor, load));
  const cells = Object.values(WAYS).map((way) => {
    const limits = experiments.flatMap((one) => way(one) ?? []);
    const holds = limits.filter(({ low, high }) => low <= 0 && high >= 0).length;
    const width = limits.reduce((sum, { low, high }) => sum + (high - low) / 2, 0) / limits.length;
    const without = EXPERIMENTS - limits.length;
    return `${((100 * holds) / limits.length).toFixed(1)} (${(100 * width).toFixed(1)}${without > 0 ? `, none in ${String(without)}` : ""})`;
  });
  return `| ${String(100 * load)} % | ${String(starts)} | ${String(perStart)} | ${String(factor)} | ${cells.join(" | ")} |\n`;
}

process.stdout.write(
  `| busy | starts | rounds of each | between starts / rounds | ${Object.keys(WAYS).join(" | ")} |\n|---:|---:|---:|---:|${"---:|".repeat(3)}\n`,
);
for (const [load, starts, perStart] of /** @type {const} */ ([
  [0.1, 5, 4],
  [0.6, 5, 2],
  [0.6, 5, 8],
  [0.6, 10, 8],
]))
  for (const factor of [0, 2, 5]) process.stdout.write(line(load, starts, perStart, factor));
