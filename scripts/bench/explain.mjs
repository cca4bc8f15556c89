// Does explain find what was planted, and nothing where nothing was?
//
//   npm run bench:explain [-- --part coverage,unexplained] [--runs 20] [--seed 1] [--short]
//
// coverage: ladders of the bench's own, in which some rungs have a cost that is measured directly (2,000 and 10,000 rules that match nothing; a program that
// burns a set time for each packet; a token bucket at 95 % of the link's rate) and others have none. What each run says of a planted rung is held against a direct A/B of its two neighbours, whose
// blocks are spread over the bench; what it says of a null rung is held against 0.
// unexplained: `podwire explain` of every mode of this kernel, and what no layer owns.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { rulesetLayer } from "../../dist/model/layer-name.js";
import { MODES } from "../../dist/modes/index.js";
import { ruleTable } from "../../dist/modes/parts/ruleset.js";
import { sumOfIndependent } from "../../dist/statistics/combine-intervals.js";
import { studentFactor } from "../../dist/statistics/distributions.js";
import { medianOf } from "../../dist/statistics/median.js";
import { waterfall } from "../../dist/use-cases/explanation.js";
import { resolveVariant } from "../../dist/variants/variant.js";
import { findUnsupported } from "../../dist/venues/lab/lab-session.js";
import { labOf, runIn, scenarioOf, twinOf } from "./bench-lab.mjs";
import { MACHINE } from "./real-lab.mjs";
import { figure, machineFacts, met, parsed, record } from "./record.mjs";
import { spinOf, spinUnavailable, withSpin } from "./spin.mjs";

const { values: flags } = parseArgs({
  options: {
    part: { type: "string", default: "coverage,unexplained" },
    runs: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    short: { type: "boolean", default: false },
  },
});

/**
 * @typedef {import("../../dist/modes/contract.js").Mode} Mode
 * @typedef {import("../../dist/model/explanation.js").Ladder} Ladder
 * @typedef {import("../../dist/model/explanation.js").Points} Points
 * @typedef {{ name: string, kind: "planted" | "null" }} Judged
 * @typedef {{ metric: string, rate?: number, modes: readonly Mode[], judged: readonly Judged[] }} Ground
 */

const RUNS = flags.short ? 2 : Number(flags.runs);
const SEED = Number(flags.seed);
/** Seconds of measuring: a run of eight lanes as a user makes it, others by their lanes; and a block of the direct comparison, which has three. */
const SECONDS = flags.short ? { run: 12, block: 5 } : { run: 60, block: 16 };
/** The goal of the unexplained part, points. */
const GOAL = 5;
const RATE = 1e9;

/** The routed pods of kindnet without any rule, with so many rules that match nothing. @param {string} name @param {number} rules @returns {Mode} */
function withRules(name, rules) {
  const base = resolveVariant("kindnet+up-to-routing");
  return {
    ...base,
    name,
    kernel: [...base.kernel, "iptables"],
    wire: (topology) => {
      const wiring = base.wire(topology);
      if (rules === 0) return wiring;
      const nodes = wiring.namespaces.filter(({ kind }) => kind === "node");
      const lines = Array.from({ length: rules }, (_, index) => `-A FORWARD -s ${unused(index)}/32 -j DROP`);
      const planted = nodes.map((node) => ({
        kind: /** @type {const} */ ("ruleset"),
        id: "planted",
        in: node.name,
        tool: /** @type {const} */ ("iptables"),
        tables: [ruleTable("filter", [], lines)],
        reason: `${String(rules)} rules that match nothing`,
      }));
      return { ...wiring, steps: [...wiring.steps, ...planted] };
    },
  };
}

/** An address that nothing has. @param {number} index */
const unused = (index) => `198.19.${String(128 + (index >> 8))}.${String(index & 255)}`;

/** Nanoseconds that the planted program burns for each packet at the server's pod: about a tenth of what a packet costs there. */
const SPIN_NS = 3_000;
const folder = mkdtempSync(join(tmpdir(), "podwire-bench-explain-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

/** The routed pods of kindnet, with the program and without; none where this machine cannot have it. @returns {Promise<readonly Ground[]>} */
async function spinning() {
  const unavailable = spinUnavailable();
  if (unavailable !== undefined) {
    process.stderr.write(`without the program that burns time: ${unavailable}\n`);
    return [];
  }
  const spin = await spinOf(folder, SPIN_NS);
  process.stderr.write(`the program turns ${String(spin.turns)} times for a packet, which takes ${String(spin.nanoseconds)} ns\n`);
  const base = resolveVariant("kindnet+up-to-routing");
  return [
    {
      metric: "http",
      modes: [
        withSpin(base, "base", undefined),
        withSpin(base, "null-1", undefined),
        withSpin(base, "spin", spin),
        withSpin(base, "null-2", spin),
        withSpin(base, "whole", spin),
      ],
      judged: [
        { name: "null-1", kind: "null" },
        { name: "spin", kind: "planted" },
        { name: "null-2", kind: "null" },
      ],
    },
  ];
}

/** Rungs in order; a null rung is its predecessor built once more, and so is the last name, the variant's own lane. @type {readonly Ground[]} */
const GROUNDS = [
  {
    metric: "http",
    modes: [
      withRules("base", 0),
      withRules("null-1", 0),
      withRules("rules-2000", 2_000),
      withRules("null-2", 2_000),
      withRules("rules-10000", 10_000),
      withRules("null-3", 10_000),
      withRules("whole", 10_000),
    ],
    judged: [
      { name: "null-1", kind: "null" },
      { name: "rules-2000", kind: "planted" },
      { name: "null-2", kind: "null" },
      { name: "rules-10000", kind: "planted" },
      { name: "null-3", kind: "null" },
    ],
  },
  {
    metric: "tcp",
    rate: RATE,
    modes: [twinOf("base"), twinOf("null-1"), twinOf("bucket-95", 0.95), twinOf("null-2", 0.95), twinOf("whole", 0.95)],
    judged: [
      { name: "null-1", kind: "null" },
      { name: "bucket-95", kind: "planted" },
      { name: "null-2", kind: "null" },
    ],
  },
  ...(flags.part.split(",").includes("coverage") ? await spinning() : []),
];

/** All rungs of a ground, or two neighbours of them. @param {readonly string[]} names every rung, and last the variant's own lane @returns {Ladder} */
function ladderOf(names) {
  const rungs = names
    .slice(0, -1)
    .map((mode) => ({ layer: rulesetLayer(mode), title: mode, mode, path: /** @type {const} */ ("pod-pod") }));
  return { variant: names.at(-1) ?? "", path: "pod-pod", rungs, without: [] };
}

/**
 * What a run says of each rung, in a lab of its own: servers stay as long as a lab does.
 * @param {Ground} ground @param {readonly string[]} names @param {number} budget @param {number} seed
 */
async function measured(ground, names, budget, seed) {
  const modes = [resolveVariant("host"), ...ground.modes.filter(({ name }) => names.includes(name))];
  const scenario = scenarioOf({ modes, metrics: [ground.metric], budget, margin: 1e-6, seed });
  const limited = scenario.venue === "lab" && ground.rate !== undefined ? { ...scenario, linkBitsPerSecond: ground.rate } : scenario;
  const lab = await labOf(modes, ground.rate);
  const run = await runIn(lab, limited).finally(async () => lab.close());
  const { metric, missing } = waterfall(run, ladderOf(names), ground.metric);
  if (metric === undefined) throw new Error(`${ground.metric}: ${missing.map(({ reason }) => reason).join("; ")}`);
  return metric;
}

/** Blocks of one direct comparison as one: the mean of their effects and its error. @param {readonly number[]} effects @returns {Points} */
function pooled(effects) {
  const n = effects.length;
  const mean = effects.reduce((sum, one) => sum + one, 0) / n;
  const variance = effects.reduce((sum, one) => sum + (one - mean) ** 2, 0) / Math.max(1, n - 1);
  const reach = n < 2 ? Number.POSITIVE_INFINITY : studentFactor(0.95, n - 1) * Math.sqrt(variance / n);
  return { points: mean, low: mean - reach, high: mean + reach };
}

/** @param {Points} points @param {number} weight */
const term = ({ points, low, high }, weight) => ({ estimate: points, low, high, weight });

/** The interval of a mean of shares, one a run: rungs of a run are not independent of each other. @param {readonly number[]} shares */
function clustered(shares) {
  const { points, low, high } = pooled(shares);
  return { share: points, low: Math.max(0, low), high: Math.min(1, high) };
}

async function coverage() {
  /** @type {{ metric: string, rung: string, kind: string, run: number, points: number, low: number, high: number, rounds: number }[]} */
  const said = [];
  /** @type {Map<string, number[]>} */
  const direct = new Map();
  for (let run = 0; run < RUNS; run += 1) {
    for (const ground of GROUNDS) {
      const names = ground.modes.map(({ name }) => name);
      const found = await measured(ground, names, (SECONDS.run * (names.length + 1)) / 8, SEED + run);
      for (const { name, kind } of ground.judged) {
        const rung = found.rungs.find(({ title }) => title === name);
        if (rung !== undefined)
          said.push({
            metric: ground.metric,
            rung: name,
            kind,
            run,
            points: rung.points,
            low: rung.low,
            high: rung.high,
            rounds: found.rounds,
          });
      }
      for (const { name } of ground.judged.filter(({ kind }) => kind === "planted")) {
        const before = names[names.indexOf(name) - 1] ?? "";
        // The twin of the rung stands for the variant's own lane.
        const twin = names[names.indexOf(name) + 1] ?? "";
        const block = await measured(ground, [before, name, twin], SECONDS.block, SEED + 1_000 + run);
        const key = `${ground.metric} ${name}`;
        direct.set(key, [...(direct.get(key) ?? []), block.rungs[1]?.points ?? Number.NaN]);
      }
      process.stderr.write(`run ${String(run + 1)} of ${String(RUNS)}: ${ground.metric} done\n`);
    }
  }
  return { said, direct };
}

/** @param {Awaited<ReturnType<typeof coverage>>} seen */
function judge({ said, direct }) {
  const judged = said.map((one) => {
    if (one.kind === "null") return { ...one, holds: one.low <= 0 && one.high >= 0, rightSign: true };
    const truth = pooled(direct.get(`${one.metric} ${one.rung}`) ?? []);
    const difference = sumOfIndependent([term(one, 1), term(truth, -1)]);
    return { ...one, holds: difference.low <= 0 && difference.high >= 0, rightSign: Math.sign(one.points) === Math.sign(truth.points) };
  });
  return ["planted", "null"].map((kind) => {
    const runs = [...new Set(judged.map(({ run }) => run))];
    const shares = runs.map((run) => {
      const own = judged.filter((one) => one.kind === kind && one.run === run);
      return own.filter(({ holds }) => holds).length / own.length;
    });
    const wrongSign = judged.filter((one) => one.kind === kind && !one.rightSign).length;
    return { kind, intervals: judged.filter((one) => one.kind === kind).length, ...clustered(shares), wrongSign };
  });
}

/** @returns {Promise<{ mode: string, metric: string, unexplained: Points }[]>} */
async function unexplained() {
  const unsupported = await findUnsupported(MACHINE, MODES);
  const names = MODES.filter(({ name, onlyByName }) => name !== "host" && onlyByName === undefined && !unsupported.has(name)).map(
    ({ name }) => name,
  );
  /** @type {{ mode: string, metric: string, unexplained: Points }[]} */
  const found = [];
  for (const mode of flags.short ? names.slice(0, 1) : names) {
    const budget = flags.short ? ["--budget", "20s"] : [];
    const args = ["bin/podwire", "explain", mode, "--metric", "http,tcp-open", "--json", "--out", join(folder, "run.json"), ...budget];
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 });
    const { metrics } = /** @type {import("../../dist/model/explanation.js").Explanation} */ (parsed(stdout));
    for (const one of metrics) found.push({ mode, metric: one.metric, unexplained: one.unexplained });
    process.stderr.write(`${mode} explained\n`);
  }
  return found;
}

/** @param {Awaited<ReturnType<typeof coverage>>} seen */
function coverageTables(seen) {
  const verdicts = judge(seen);
  const outcomes = verdicts.map(({ high, wrongSign }) => met(high >= 0.95 && wrongSign === 0));
  return {
    outcomes,
    tables: [
      {
        title: "How often a run's 95 % interval holds what is true of a rung",
        head: ["rungs", "intervals", "hold it", "95 % interval, clustered by run (its upper end at least 95 %)", "wrong sign", ""],
        rows: verdicts.map(({ kind, intervals, share, low, high, wrongSign }, index) => [
          kind,
          String(intervals),
          figure(100 * share, 1, "%"),
          `${(100 * low).toFixed(1)} to ${figure(100 * high, 1, "%")}`,
          String(wrongSign),
          outcomes[index] ?? "",
        ]),
      },
      {
        title: "Planted rungs, measured directly",
        head: ["rung", "points of the host's figure", "median of the runs"],
        rows: [...seen.direct].map(([rung, effects]) => [
          rung,
          pointsText(pooled(effects)),
          (medianOf(seen.said.filter((one) => `${one.metric} ${one.rung}` === rung).map(({ points }) => points)) ?? Number.NaN).toFixed(1),
        ]),
      },
    ],
  };
}

/** @param {Awaited<ReturnType<typeof unexplained>>} found */
function unexplainedTables(found) {
  const outcomes = found.map(({ unexplained: own }) => met(Math.abs(own.points) <= GOAL));
  return {
    outcomes,
    tables: [
      {
        title: "What no layer owns",
        head: ["mode", "metric", "points of the host's figure", `at most ${String(GOAL)}`],
        rows: found.map(({ mode, metric, unexplained: own }, index) => [mode, metric, pointsText(own), outcomes[index] ?? ""]),
      },
    ],
  };
}

/** @param {Points} points */
const pointsText = ({ points, low, high }) => `${points.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;

const machine = machineFacts();
const parts = flags.part.split(",");
const seen = parts.includes("coverage") ? await coverage() : undefined;
const owned = parts.includes("unexplained") ? await unexplained() : undefined;
const done = [...(seen === undefined ? [] : [coverageTables(seen)]), ...(owned === undefined ? [] : [unexplainedTables(owned)])];

record({
  name: "explain",
  machine,
  short: flags.short,
  tables: done.flatMap(({ tables }) => tables),
  outcomes: done.flatMap(({ outcomes }) => outcomes),
  figures: { said: seen?.said, direct: seen === undefined ? undefined : Object.fromEntries(seen.direct), unexplained: owned },
});
