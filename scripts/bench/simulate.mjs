// How often the method of docs/methods.md is right, by simulation: coverage, verdicts and rounds at known ratios.
//
//   npm run build && node scripts/bench/simulate.mjs [--experiments 1000] [--margin 0.02] [--noise 0.05] [--least 25] [--seed 1] [--dist dist] [--markdown]
//     [--recorded test/captured/noise-aa.json [--workload http]]
//
// Noise is Student's t with 3 degrees of freedom, as slices on a shared machine showed it, alone and with a lag-1 correlation of 0.2.
// With --recorded it is what noise.mjs recorded of identical hosts: centred, resampled in blocks of 20 rounds or more, and brought to the spread
// (MADN) of the made-up noise, because the spread alone only decides how many rounds there are; --noise recorded leaves it as it was.
// A fixed design, for comparison, is one that always runs to the precision of the third look: a 95 % half-width of a quarter of the margin.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { parsed } from "./record.mjs";

const { values: flags } = parseArgs({
  options: {
    experiments: { type: "string", default: "1000" },
    margin: { type: "string", default: "0.02" },
    noise: { type: "string", default: "0.05" },
    least: { type: "string", default: "25" },
    seed: { type: "string", default: "1" },
    dist: { type: "string", default: "dist" },
    markdown: { type: "boolean", default: false },
    recorded: { type: "string" },
    workload: { type: "string" },
  },
});
const EXPERIMENTS = Number(flags.experiments);
const MARGIN = Number(flags.margin);
/** The made-up noise; that of a recording may stay as it was. */
const SCALE = flags.noise === "recorded" ? 1 : Number(flags.noise);
/** MADN of Student's t with 3 degrees of freedom: its quartile is 0.7649, the normal one's 0.6745. */
const STUDENT3_MADN = 1.134;
/** Rounds that are taken from a recording in one piece, so that neighbours stay neighbours. */
const LEAST_BLOCK = 20;
const LEAST = Number(flags.least);
const TRUTHS = [0.57, 0.94, 0.97, 0.979, 0.981, 0.99, 1];
const CORRELATIONS = [0, 0.2];
const MOST_ROUNDS = 100_000;

/**
 * @typedef {import("../../src/statistics/random.js").Random} Random
 * @typedef {{ name: string, of: (truth: number, random: Random) => Generator<number, never> }} Noise log ratios around the logarithm of a truth
 * @typedef {{ series: readonly { workload: string, logRatios: number[] }[] }} Recording
 * @typedef {{ n: number, holds: boolean, looks: number, verdict: string }} Result
 */

/** @param {string} file @returns {Promise<unknown>} */
const built = (file) => import(pathToFileURL(resolve(flags.dist, "statistics", file)).href);
const { randomFrom } = /** @type {typeof import("../../src/statistics/random.js")} */ (await built("random.js"));
const { GrowingSample, sampleOf } = /** @type {typeof import("../../src/statistics/sample.js")} */ (await built("sample.js"));
const { median, scaledMedianAbsoluteDeviation } = /** @type {typeof import("../../src/statistics/median.js")} */ (await built("median.js"));
const { estimateFrom, halfWidth } = /** @type {typeof import("../../src/statistics/median-interval.js")} */ (
  await built("median-interval.js")
);
const { UNSEEN, afterRound, LOOK_CONFIDENCE } = /** @type {typeof import("../../src/statistics/planned-looks.js")} */ (
  await built("planned-looks.js")
);

/**
 * Log ratios around the logarithm of the truth: an autoregression of first order over t noise, of the same spread at every correlation.
 * @param {number} truth @param {number} correlation @param {Random} random @returns {Generator<number, never>}
 */
function* rounds(truth, correlation, random) {
  const fresh = Math.sqrt(1 - correlation ** 2);
  let noise = student3(random) * SCALE;
  for (;;) {
    yield Math.log(truth) + noise;
    noise = correlation * noise + fresh * student3(random) * SCALE;
  }
}

/** Made-up noise. @param {number} correlation @returns {Noise} */
const student = (correlation) => ({
  name: `t3, correlation ${String(correlation)}`,
  of: (truth, random) => rounds(truth, correlation, random),
});

/** Noise as it was recorded, all series of a workload together. @param {string} workload @param {Recording} recording @returns {Noise} */
function recorded(workload, { series }) {
  const centred = series
    .filter((one) => one.workload === workload && one.logRatios.length >= 2 * LEAST_BLOCK)
    .map((one) => centredAndScaled(one.logRatios));
  if (centred.length === 0) throw new Error(`the recording has no series of ${workload} with ${String(2 * LEAST_BLOCK)} rounds or more`);
  return { name: `recorded ${workload}`, of: (truth, random) => blocks(Math.log(truth), centred, random) };
}

/** @param {readonly number[]} values */
function centredAndScaled(values) {
  const sample = sampleOf(values);
  if (sample === undefined) return [];
  const scale = flags.noise === "recorded" ? 1 : (SCALE * STUDENT3_MADN) / scaledMedianAbsoluteDeviation(sample);
  return values.map((value) => (value - median(sample)) * scale);
}

/** @param {number} centre @param {readonly (readonly number[])[]} series @param {Random} random @returns {Generator<number, never>} */
function* blocks(centre, series, random) {
  for (;;) {
    const one = series[random.integer(series.length)] ?? [];
    const length = LEAST_BLOCK + random.integer(LEAST_BLOCK);
    const start = random.integer(one.length);
    // Around the end: every recorded round is then as likely as any other, and the median of all is that of the recording.
    for (let round = 0; round < length; round += 1) yield centre + (one[(start + round) % one.length] ?? 0);
  }
}

/** @returns {readonly Noise[]} */
function noises() {
  if (flags.recorded === undefined) return CORRELATIONS.map(student);
  const recording = /** @type {Recording} */ (parsed(readFileSync(flags.recorded, "utf8")));
  const workloads = [...new Set(recording.series.map(({ workload }) => workload))].filter(
    (name) => flags.workload === undefined || name === flags.workload,
  );
  return workloads.map((workload) => recorded(workload, recording));
}

/** A normal number over the root of a third of a chi-squared one with 3 degrees of freedom. @param {Random} random */
function student3(random) {
  const [z, a, b, c] = [normal(random), normal(random), normal(random), normal(random)];
  return z / Math.sqrt((a * a + b * b + c * c) / 3);
}

/** @param {Random} random */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** What the truth makes of a verdict: the one that is right, where the truth is off the margin. @param {number} truth */
function rightVerdict(truth) {
  return truth < 1 - MARGIN ? "slower" : "same";
}

/**
 * One cell from its first round to its end, with checks as measure/cells/cell-tracker.ts makes them.
 * @param {number} truth @param {Noise} noise @param {Random} random @returns {Result}
 */
function experiment(truth, noise, random) {
  const plan = /** @type {const} */ ({ margin: MARGIN, better: "higher", fewestRounds: LEAST });
  const sample = new GrowingSample();
  /** @type {import("../../src/statistics/planned-looks.js").LookState} */
  let state = UNSEEN;
  let lastCheck = 0;
  for (const ratio of noise.of(truth, random)) {
    sample.add(ratio);
    const n = sample.n;
    if (n < LEAST || (n > 64 && n < lastCheck * (1 + 1 / 64))) continue;
    lastCheck = n;
    const interval = intervalOf(sample, LOOK_CONFIDENCE);
    state = afterRound(state, plan, n, interval);
    if (state.status !== "open" || n >= MOST_ROUNDS) {
      const holds = interval.low <= Math.log(truth) && Math.log(truth) <= interval.high;
      return { n, holds, looks: state.looks, verdict: state.status === "decided" ? state.verdict : "undecided" };
    }
  }
  throw new Error("the rounds never end");
}

/** @param {InstanceType<typeof GrowingSample>} sample @param {number} confidence */
function intervalOf(sample, confidence) {
  const view = sample.view();
  const interval = view && estimateFrom(view, confidence).interval;
  if (interval === undefined) throw new Error("--least must be 3 or more");
  return interval;
}

/**
 * Rounds at which a single 95 % interval first has a half-width of a quarter of the margin.
 * @param {Noise} noise @param {Random} random @returns {number}
 */
function fixedDesign(noise, random) {
  const sample = new GrowingSample();
  let lastCheck = 0;
  for (const ratio of noise.of(1, random)) {
    sample.add(ratio);
    if (sample.n < LEAST || sample.n < lastCheck * (1 + 1 / 64)) continue;
    lastCheck = sample.n;
    if (halfWidth(intervalOf(sample, 0.95)) <= MARGIN / 4) return sample.n;
  }
  throw new Error("the rounds never end");
}

/** @param {readonly number[]} numbers */
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
/** @param {number} part */
const percent = (part) => (100 * part).toFixed(1);
/** @param {readonly Result[]} results @param {(result: Result) => boolean} holds */
const share = (results, holds) => results.filter(holds).length / results.length;

/** @type {Record<string, string | number>[]} */
const table = [];
for (const noise of noises()) {
  const random = randomFrom(Number(flags.seed));
  const fixed = mean(Array.from({ length: Math.min(200, EXPERIMENTS) }, () => fixedDesign(noise, random)));
  for (const truth of TRUTHS) {
    const results = Array.from({ length: EXPERIMENTS }, () => experiment(truth, noise, random));
    const ns = results.map(({ n }) => n).sort((one, other) => one - other);
    const right = rightVerdict(truth);
    table.push({
      noise: noise.name,
      truth,
      "coverage %": percent(share(results, ({ holds }) => holds)),
      "right %": percent(share(results, ({ verdict }) => verdict === right)),
      "wrong %": percent(share(results, ({ verdict }) => verdict !== right && verdict !== "undecided")),
      "undecided %": percent(share(results, ({ verdict }) => verdict === "undecided")),
      "mean looks": mean(results.map(({ looks }) => looks)).toFixed(2),
      "mean rounds": Math.round(mean(ns)),
      "median rounds": ns[ns.length >>> 1] ?? 0,
      "of fixed": (mean(ns) / fixed).toFixed(2),
    });
  }
}

if (flags.markdown) {
  const columns = Object.keys(table[0] ?? {});
  /** @param {readonly (string | number | undefined)[]} cells */
  const row = (cells) => `| ${cells.join(" | ")} |`;
  process.stdout.write(
    [row(columns), row(columns.map(() => "---:")), ...table.map((line) => row(columns.map((column) => line[column])))].join("\n"),
  );
  process.stdout.write("\n");
} else console.table(table);

const failures = table.filter((line) => Number(line["coverage %"]) < 94 || Number(line["wrong %"]) > 5 || Number(line["of fixed"]) > 1.6);
if (failures.length > 0) {
  process.stderr.write(
    `${String(failures.length)} of ${String(table.length)} lines miss a target: coverage >= 94 %, wrong verdicts <= 5 %, rounds <= 1.6 x fixed\n`,
  );
  process.exitCode = 1;
}
