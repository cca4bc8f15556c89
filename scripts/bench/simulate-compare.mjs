// How often the interval of `podwire compare` holds, by simulation: two runs of the same thing, each stopped by its own looks or by its budget, at a known
// ratio to the host. Beside it what plain 95 % intervals of the same rounds would do. docs/compare.md has the result.
//
//   npm run build && node scripts/bench/simulate-compare.mjs [--experiments 3000] [--margin 0.05] [--noise 0.05] [--seed 1] [--dist dist]
//
// Noise is Student's t with 3 degrees of freedom, alone and with a lag-1 correlation of 0.2, as in simulate.mjs.
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values: flags } = parseArgs({
  options: {
    experiments: { type: "string", default: "3000" },
    margin: { type: "string", default: "0.05" },
    noise: { type: "string", default: "0.05" },
    seed: { type: "string", default: "1" },
    dist: { type: "string", default: "dist" },
  },
});
const EXPERIMENTS = Number(flags.experiments);
const MARGIN = Number(flags.margin);
const SCALE = Number(flags.noise);
const TRUTHS = [1 - MARGIN, 1];
const CORRELATIONS = [0, 0.2];
/** Rounds that a budget buys. */
const BUDGETS = [6, 20, 100, 400];

/**
 * @typedef {import("../../src/statistics/random.js").Random} Random
 * @typedef {import("../../src/statistics/combine-intervals.js").Estimated} Estimated
 * @typedef {{ n: number, looked: Estimated, plain: Estimated }} Run
 */

/** @param {string} file @returns {Promise<unknown>} */
const built = (file) => import(pathToFileURL(resolve(flags.dist, "statistics", file)).href);
const { randomFrom } = /** @type {typeof import("../../src/statistics/random.js")} */ (await built("random.js"));
const { GrowingSample } = /** @type {typeof import("../../src/statistics/sample.js")} */ (await built("sample.js"));
const { estimateFrom } = /** @type {typeof import("../../src/statistics/median-interval.js")} */ (await built("median-interval.js"));
const { sumOfIndependent } = /** @type {typeof import("../../src/statistics/combine-intervals.js")} */ (
  await built("combine-intervals.js")
);
const { verdictOf } = /** @type {typeof import("../../src/statistics/verdict.js")} */ (await built("verdict.js"));
const { UNSEEN, FEWEST_ROUNDS, LOOK_CONFIDENCE, SINGLE_CONFIDENCE, afterRound, confidenceAtEnd } =
  /** @type {typeof import("../../src/statistics/planned-looks.js")} */ (await built("planned-looks.js"));

const PLAN = /** @type {const} */ ({ margin: MARGIN, better: "higher", fewestRounds: FEWEST_ROUNDS.trials });

/** A normal number over the root of a third of a chi-squared one with 3 degrees of freedom. @param {Random} random */
function student3(random) {
  const [z, a, b, c] = [normal(random), normal(random), normal(random), normal(random)];
  return z / Math.sqrt((a * a + b * b + c * c) / 3);
}

/** @param {Random} random */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** @param {InstanceType<typeof GrowingSample>} sample @param {number} confidence */
function intervalOf(sample, confidence) {
  const view = sample.view();
  const estimate = view && estimateFrom(view, confidence);
  if (estimate?.interval === undefined) throw new Error("a budget must buy 3 rounds or more");
  const { centre, interval } = estimate;
  return { estimate: centre, low: interval.low, high: interval.high, interval };
}

/**
 * One run of one cell, to a decided look or to the end of its budget, with checks as measure/cells/cell-tracker.ts makes them.
 * @param {number} truth @param {number} correlation @param {number} budget @param {Random} random @returns {Run}
 */
function run(truth, correlation, budget, random) {
  const sample = new GrowingSample();
  const fresh = Math.sqrt(1 - correlation ** 2);
  let noise = student3(random);
  let lastCheck = 0;
  /** @type {import("../../src/statistics/planned-looks.js").LookState} */
  let state = UNSEEN;
  while (sample.n < budget && state.status === "open") {
    sample.add(Math.log(truth) + SCALE * noise);
    noise = correlation * noise + fresh * student3(random);
    const { n } = sample;
    if (n < PLAN.fewestRounds || (n > 64 && n < lastCheck * (1 + 1 / 64))) continue;
    lastCheck = n;
    state = afterRound(state, PLAN, n, intervalOf(sample, LOOK_CONFIDENCE).interval);
  }
  const confidence = state.status === "open" ? confidenceAtEnd(PLAN, sample.n) : LOOK_CONFIDENCE;
  return { n: sample.n, looked: intervalOf(sample, confidence), plain: intervalOf(sample, SINGLE_CONFIDENCE) };
}

/** @param {Estimated} a @param {Estimated} b */
function compared(a, b) {
  const change = sumOfIndependent([
    { ...b, weight: 1 },
    { ...a, weight: -1 },
  ]);
  const verdict = verdictOf(change, PLAN);
  return { holds: change.low <= 0 && change.high >= 0, called: verdict === "slower" || verdict === "faster" };
}

/** @param {number} count */
const percent = (count) => `${((100 * count) / EXPERIMENTS).toFixed(1)} %`;

/** @param {number} truth @param {number} correlation @param {number} budget @param {Random} random */
function line(truth, correlation, budget, random) {
  let rounds = 0;
  const held = { looked: 0, plain: 0 };
  let called = 0;
  for (let experiment = 0; experiment < EXPERIMENTS; experiment += 1) {
    const [a, b] = [run(truth, correlation, budget, random), run(truth, correlation, budget, random)];
    const looked = compared(a.looked, b.looked);
    rounds += a.n;
    held.looked += Number(looked.holds);
    held.plain += Number(compared(a.plain, b.plain).holds);
    called += Number(looked.called);
  }
  const mean = (rounds / EXPERIMENTS).toFixed(0);
  return `| ${String(truth)} | ${String(correlation)} | ${String(budget)} | ${mean} | ${percent(held.looked)} | ${percent(held.plain)} | ${percent(called)} |`;
}

process.stdout.write(
  "| true ratio | correlation | rounds at most | mean | coverage | plain 95 % | called a difference |\n|---|---|---|---|---|---|---|\n",
);
const random = randomFrom(Number(flags.seed));
for (const truth of TRUTHS) {
  for (const correlation of CORRELATIONS) {
    for (const budget of BUDGETS) process.stdout.write(`${line(truth, correlation, budget, random)}\n`);
  }
}
