// Does explain find what was planted, and nothing where nothing was?
//
//   npm run bench:explain [-- --part coverage,unexplained] [--runs 20] [--seed 1] [--short] [--fresh]
//   npm run bench:explain -- table                            the tables of what has been run so far
//
// coverage: ladders of the bench's own, in which some rungs have a cost that is measured directly (2,000 and 10,000 rules that match nothing; a program that
// burns a set time for each packet; a token bucket at 95 % of the link's rate) and others have none. What each run says of a planted rung is held against a direct A/B of its two neighbours, whose
// blocks are spread over the bench; what it says of a null rung is held against 0.
// unexplained: `podwire explain` of every mode of this kernel, and what no layer owns.
//
// It goes on where it was interrupted: each run is a line of podwire-runs/bench-explain/runs.jsonl. A run without figures is one too, with the reason.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { MODES } from "../../dist/modes/index.js";
import { isMeasuredUnnamed } from "../../dist/modes/measured.js";
import { waterfall } from "../../dist/use-cases/explanation.js";
import { resolveVariant } from "../../dist/variants/variant.js";
import { findUnsupported } from "../../dist/venues/lab/lab-session.js";
import { labOf, runIn, scenarioOf } from "./bench-lab.mjs";
import { GROUNDS, ladderOf, spinning } from "./explain/grounds.mjs";
import { named, plantedCase, readLadder, reportOf } from "./explain/report.mjs";
import { carryOut, Ledger } from "./ledger.mjs";
import { MACHINE } from "./real-lab.mjs";
import { machineFacts, parsed, ROOT, record } from "./record.mjs";

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    part: { type: "string", default: "coverage,unexplained" },
    runs: { type: "string", default: "20" },
    seed: { type: "string", default: "1" },
    short: { type: "boolean", default: false },
    fresh: { type: "boolean", default: false },
  },
});

/**
 * @typedef {import("./explain/grounds.mjs").Ground} Ground
 * @typedef {import("./explain/report.mjs").Entry} Entry
 * @typedef {import("./ledger.mjs").Wanted<Entry>} Wanted
 */

const RUNS = flags.short ? 2 : Number(flags.runs);
const SEED = Number(flags.seed);
/** Seconds of measuring: a run of eight lanes as a user makes it, others by their lanes; and a block of the direct comparison, which has three. */
const SECONDS = flags.short ? { run: 12, block: 5 } : { run: 60, block: 16 };

const folder = mkdtempSync(join(tmpdir(), "podwire-bench-explain-"));
process.on("exit", () => {
  rmSync(folder, { recursive: true, force: true });
});

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
  return waterfall(run, ladderOf(names), ground.metric);
}

/** A run that fails is one without figures. @template Found @param {() => Promise<Found>} work @returns {Promise<{ found: Found } | { reason: string }>} */
async function tried(work) {
  try {
    return { found: await work() };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {Ground} ground @param {number} seed @returns {Wanted} */
function ladderRun(ground, seed) {
  const names = ground.modes.map(({ name }) => name);
  const key = { part: /** @type {const} */ ("ladder"), case: ground.name, seed };
  return {
    ...key,
    work: async () => {
      const seen = await tried(() => measured(ground, names, (SECONDS.run * (names.length + 1)) / 8, seed));
      const around = { ...key, metric: ground.metric };
      if ("reason" in seen) return { ...around, said: [], missing: [{ what: "the run", reason: seen.reason }] };
      return { ...around, ...readLadder(ground.judged, seen.found) };
    },
  };
}

/** A block of the direct comparison of a planted rung with the one before it. @param {Ground} ground @param {string} rung @param {number} seed @returns {Wanted} */
function blockRun(ground, rung, seed) {
  const names = ground.modes.map(({ name }) => name);
  // The twin of the rung stands for the variant's own lane.
  const [before = "", , twin = ""] = names.slice(names.indexOf(rung) - 1);
  const key = { part: /** @type {const} */ ("block"), case: plantedCase(ground.name, rung), seed };
  return {
    ...key,
    work: async () => {
      const seen = await tried(() => measured(ground, [before, rung, twin], SECONDS.block, 1_000 + seed));
      if ("reason" in seen) return { ...key, effect: null, missing: [{ what: "the block", reason: seen.reason }] };
      const { metric, missing } = seen.found;
      return { ...key, effect: metric?.rungs.find(({ title }) => title === rung)?.points ?? null, missing: missing.map(named) };
    },
  };
}

/** @param {string} mode @returns {Wanted} */
function modeRun(mode) {
  const key = { part: /** @type {const} */ ("unexplained"), case: mode, seed: SEED };
  const budget = flags.short ? ["--budget", "20s"] : [];
  const args = ["bin/podwire", "explain", mode, "--metric", "http,tcp-open", "--json", "--out", join(folder, "run.json"), ...budget];
  return {
    ...key,
    work: async () => {
      const seen = await tried(() => promisify(execFile)(process.execPath, args, { maxBuffer: 2 ** 26 }));
      if ("reason" in seen) return { ...key, unexplained: [], missing: [{ what: "the run", reason: seen.reason }] };
      const said = /** @type {import("../../dist/model/explanation.js").Explanation} */ (parsed(seen.found.stdout));
      return { ...key, unexplained: said.metrics.map(({ metric, unexplained }) => ({ metric, ...unexplained })), missing: said.missing };
    },
  };
}

/** Runs of each ladder, and between them the blocks. @returns {Promise<readonly Wanted[]>} */
async function coverage() {
  const grounds = [...GROUNDS, ...(await spinning(folder))];
  const seeds = Array.from({ length: RUNS }, (_, run) => SEED + run);
  return seeds.flatMap((seed) =>
    grounds.flatMap((ground) => {
      const planted = ground.judged.filter(({ kind }) => kind === "planted");
      return [ladderRun(ground, seed), ...planted.map(({ name }) => blockRun(ground, name, seed))];
    }),
  );
}

/** @returns {Promise<readonly Wanted[]>} */
async function unexplained() {
  const unsupported = await findUnsupported(MACHINE, MODES);
  const names = MODES.filter((mode) => mode.name !== "host" && isMeasuredUnnamed(mode) && !unsupported.has(mode.name)).map(
    ({ name }) => name,
  );
  return (flags.short ? names.slice(0, 1) : names).map(modeRun);
}

const PARTS = { coverage, unexplained };
const parts = positionals[0] === "table" ? [] : flags.part.split(",");
const unknown = [...parts.filter((part) => !(part in PARTS)), ...positionals.filter((word) => word !== "table")];
if (unknown.length > 0)
  throw new Error(
    `which part? ${unknown.join(", ")}: --part takes ${Object.keys(PARTS).join(" and ")}, and table prints what has been run`,
  );

const machine = machineFacts();
/** @type {Ledger<Entry>} */
const ledger = new Ledger("runs", { short: flags.short, fresh: flags.fresh }, `${ROOT}podwire-runs/bench-explain/`);
for (const part of parts) await carryOut(ledger, await PARTS[/** @type {keyof typeof PARTS} */ (part)]());
record({ name: "explain", machine, short: flags.short, ...reportOf(ledger.entries, { runs: RUNS }), figures: ledger.entries });
