/**
 * Runs of the closed loop in labs, by the program's own parts: over a planted fault, a decoy, and placebos.
 */
import { findMetric } from "../../../dist/model/metric.js";
import { estimateOf } from "../../../dist/statistics/median-interval.js";
import { blockOf } from "../../../dist/statistics/screen-and-confirm.js";
import { verdictOf } from "../../../dist/statistics/verdict.js";
import { somaxconn } from "../../../dist/tuning/changes/sockets/somaxconn.js";
import { TunedNode } from "../../../dist/tuning/node.js";
import { growthBetween } from "../../../dist/tuning/reading/counters.js";
import { factsNow } from "../../../dist/tuning/reading/facts-now.js";
import { milliseconds } from "../../../dist/units/quantity.js";
import { tuneOn } from "../../../dist/use-cases/closed-loop/auto.js";
import { candidatesOf } from "../../../dist/use-cases/closed-loop/candidates.js";
import { conditionOf } from "../../../dist/use-cases/closed-loop/condition-of.js";
import { ClosedLoop } from "../../../dist/use-cases/closed-loop/loop.js";
import { labGround } from "../../../dist/use-cases/closed-loop/own-lab.js";
import { Visits } from "../../../dist/use-cases/closed-loop/visits.js";
import { resolveVariant } from "../../../dist/variants/variant.js";
import { labOf, NEVER } from "../bench-lab.mjs";
import { MACHINE } from "../real-lab.mjs";
import { PLACEBOS } from "./cases.mjs";

/**
 * @typedef {import("../../../dist/use-cases/closed-loop/candidates.js").Candidate} Candidate
 * @typedef {import("../../../dist/use-cases/closed-loop/candidates.js").Place} Place
 * @typedef {import("../../../dist/use-cases/closed-loop/ground.js").Ground} Ground
 * @typedef {import("../../../dist/use-cases/context.js").UseCaseContext} UseCaseContext
 * @typedef {{ median: number, low: number, high: number, verdict: string, blocks: number }} Held
 * @typedef {{ part: "faults", case: string, seed: number, mode: string, metric: string, kept: string[], found: boolean, effect: import("../../../dist/model/closed-loop.js").Tuning["total"], before: Held | null, after: Held | null, seconds: number }} FaultEntry
 * @typedef {{ part: "decoys" | "healthy", case: string, seed: number, mode: string, metric: string, tried: number, kept: string[], seconds: number }} HarmlessEntry
 */

/** The smallest gain that is kept on an open link, as `podwire tune auto` has it. */
const MARGIN = 0.05;
/** Seconds that trying may take. */
export const BUDGETS = { fault: 150, harmless: 100 };
/** Seconds for which the cured path is held against an unfaulted copy, and blocks by which the fault itself is. */
const AFTER_SECONDS = 80;
const BEFORE_BLOCKS = 6;

/** What of a use case's world the loop asks for. */
const CONTEXT = /** @type {UseCaseContext} */ (/** @type {unknown} */ ({ version: "bench", machine: MACHINE, interrupted: NEVER }));

/** @param {string} sentence */
const say = (sentence) => process.stderr.write(`  ${sentence}\n`);

/** @param {string} name */
function metricCalled(name) {
  const metric = findMetric(name);
  if (metric === undefined) throw new Error(`no metric is called ${name}`);
  return metric;
}

/** A fault is planted, the loop looks for its cure, and what it kept is held against an unfaulted copy of the mode in the same blocks. @param {import("./cases.mjs").FaultCase} one @param {number} seed @returns {Promise<FaultEntry>} */
export async function faultRun(one, seed) {
  const began = performance.now();
  const mode = one.modes[(seed - 1) % one.modes.length] ?? "";
  const [plain, faulty] = [resolveVariant(mode), resolveVariant(`${mode}+${one.fault}`)];
  const metric = metricCalled(one.metric);
  const lab = await labOf([plain, faulty]);
  try {
    const ground = labGround(lab, faulty);
    /** @type {readonly Candidate[]} */
    let kept = [];
    const trials = {
      ...ground.trials,
      keep: async (/** @type {readonly Candidate[]} */ all) => {
        kept = all;
        return Promise.resolve();
      },
    };
    const asked = { metric, maxRisk: /** @type {const} */ ("medium"), budgetSeconds: BUDGETS.fault, margin: MARGIN };
    const tuning = await tuneOn({ ...ground, trials }, asked, CONTEXT, say);
    const visits = [labGround(lab, plain), ground].map((one) => visitsOf(one, metric));
    const names = kept.map(({ change }) => change.name);
    const cure = kept.length === 0 ? undefined : conditionOf("everything kept", kept);
    const before = await heldAgainst(visits, undefined, (blocks) => blocks >= BEFORE_BLOCKS);
    const end = performance.now() + AFTER_SECONDS * 1000;
    const after = cure === undefined ? null : await heldAgainst(visits, cure, () => performance.now() > end);
    return {
      ...{ part: /** @type {const} */ ("faults"), case: one.fault, seed, mode, metric: one.metric, kept: names },
      found: names.some((name) => one.cures.includes(name)),
      ...{ effect: tuning.total, before, after, seconds: secondsSince(began) },
    };
  } finally {
    await lab.close();
  }
}

/** The faulty copy over the sound one, with or without its cure. One look at the end: nothing is stopped for what it shows. @param {readonly Visits[]} pair @param {import("../../../dist/venues/contract.js").Condition | undefined} cure @param {(blocks: number) => boolean} isOver @returns {Promise<Held | null>} */
async function heldAgainst([sound, faulty], cure, isOver) {
  if (sound === undefined || faulty === undefined) throw new Error("there are two paths");
  await sound.open();
  await faulty.open();
  /** @type {number[]} */
  const blocks = [];
  do {
    const a = await sound.visit();
    const b = await faulty.visit(cure);
    const c = await faulty.visit(cure);
    const d = await sound.visit();
    blocks.push(blockOf([a, d], [b, c], "higher") ?? 0);
  } while (!isOver(blocks.length));
  const estimate = estimateOf(blocks, 0.95);
  if (estimate?.interval === undefined || !Number.isFinite(estimate.centre)) return null;
  const { centre, interval } = estimate;
  const [median = 0, low = 0, high = 0] = [centre, interval.low, interval.high].map(Math.exp);
  return { median, low, high, verdict: verdictOf(interval, { margin: MARGIN, better: "higher" }), blocks: blocks.length };
}

/** An odd value that costs nothing is planted, and the change that would mend it is tried. @param {import("./cases.mjs").Decoy} one @returns {Promise<HarmlessEntry>} */
export async function decoyRun(one) {
  return harmless({ part: "decoys", case: one.decoy, mode: one.mode, metric: one.metric, seed: 1 }, async (ground, metric) => {
    for (const tuned of ground.tuned.filter(({ at }) => one.kinds.includes(at.kind === "pod" ? "pod" : "node")))
      for (const argv of one.plant) await plant(tuned, argv);
    const { tried } = candidatesOf(await placesOf(ground, metric), "medium", metric.workload);
    const own = tried.filter(({ change }) => change.name === one.change);
    if (own.length === 0) throw new Error(`${one.change} is not proposed where ${one.decoy} was planted`);
    return own;
  });
}

/** @param {import("../../../dist/use-cases/closed-loop/ground.js").Tuned} tuned @param {readonly [string, ...string[]]} argv */
async function plant({ ports }, argv) {
  const { exitCode, stderr } = await ports.commands.run({ argv, reason: "plants a decoy", timeout: milliseconds(10_000) });
  if (exitCode !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
}

/** Values that stand are written anew: no change at all. @param {number} run @param {string} mode @param {string} metricName @returns {Promise<HarmlessEntry>} */
export async function healthyRun(run, mode, metricName) {
  return harmless({ part: "healthy", case: `run ${String(run)}`, mode, metric: metricName, seed: run }, async (ground, metric) => {
    const places = await placesOf(ground, metric);
    return PLACEBOS.map((name) => placebo(name, places));
  });
}

/** @param {string} name @param {readonly Place[]} places @returns {Candidate} */
function placebo(name, places) {
  const steps = places.flatMap((place) => {
    const now = place.facts.sysctls[name];
    return now === undefined ? [] : [{ place, step: { knob: { kind: /** @type {const} */ ("sysctl"), name }, now, wanted: now } }];
  });
  const [first, ...rest] = steps;
  if (first === undefined) throw new Error(`no place has ${name}`);
  const change = { ...somaxconn, name: `placebo ${name}`, sets: "the value that stands" };
  return { change, evidence: { weight: "strong", says: "a placebo" }, steps: [first, ...rest] };
}

/**
 * @param {Pick<HarmlessEntry, "part" | "case" | "mode" | "metric" | "seed">} around
 * @param {(ground: Ground, metric: import("../../../dist/model/metric.js").Metric) => Promise<readonly Candidate[]>} candidatesIn
 * @returns {Promise<HarmlessEntry>}
 */
async function harmless(around, candidatesIn) {
  const began = performance.now();
  const variant = resolveVariant(around.mode);
  const metric = metricCalled(around.metric);
  const lab = await labOf([variant]);
  try {
    const ground = labGround(lab, variant);
    const candidates = await candidatesIn(ground, metric);
    const visits = visitsOf(ground, metric);
    await visits.open();
    const { clock } = MACHINE;
    const loop = new ClosedLoop({
      ...{ session: lab, trials: ground.trials, visits, margin: MARGIN, clock },
      deadline: clock.monotonic() + BUDGETS.harmless * 1000,
      onChange: (change, told) => {
        if ("kept" in told) say(`${change}: ${told.reason}`);
      },
    });
    const { tried } = await loop.run(candidates);
    const kept = tried.filter((one) => one.kept).map(({ change }) => change);
    return { ...around, tried: tried.filter(({ blocks }) => (blocks?.screening ?? 0) > 0).length, kept, seconds: secondsSince(began) };
  } finally {
    await lab.close();
  }
}

/** Facts of all places, with what grew under load. @param {Ground} ground @param {import("../../../dist/model/metric.js").Metric} metric @returns {Promise<readonly Place[]>} */
async function placesOf(ground, metric) {
  const { tuned } = ground;
  const before = await Promise.all(tuned.map(async ({ ports }) => factsNow(ports)));
  await visitsOf(ground, metric).open();
  return Promise.all(
    tuned.map(async ({ at, ports }, index) => {
      const facts = await factsNow(ports);
      const growth = growthBetween(before[index]?.counters ?? {}, facts.counters, 1);
      return { at, facts: { ...facts, growth }, node: new TunedNode(ports, facts), shared: false };
    }),
  );
}

/** @param {Ground} ground @param {import("../../../dist/model/metric.js").Metric} metric */
const visitsOf = ({ session, servers, path }, metric) =>
  new Visits({ session, servers, path, metric, clock: MACHINE.clock, signal: NEVER });

/** @param {number} began */
const secondsSince = (began) => Math.round((performance.now() - began) / 1000);
