/**
 * What the runs so far say of the bench's targets, and which runs have no figures.
 */
import { sumOfIndependent } from "../../../dist/statistics/combine-intervals.js";
import { studentFactor } from "../../../dist/statistics/distributions.js";
import { medianOf } from "../../../dist/statistics/median.js";
import { figure, met } from "../record.mjs";

/**
 * @typedef {import("../../../dist/model/explanation.js").Points} Points
 * @typedef {import("../record.mjs").Table} Table
 * @typedef {import("../record.mjs").Outcome} Outcome
 * @typedef {{ what: string, reason: string }} Missing what has no figures, and why
 * @typedef {{ rung: string, kind: "planted" | "null", points: number, low: number, high: number, rounds: number }} Said
 * @typedef {{ part: "ladder", case: string, seed: number, metric: string, said: Said[], missing: Missing[] }} LadderEntry
 * @typedef {{ part: "block", case: string, seed: number, effect: number | null, missing: Missing[] }} BlockEntry one block of a direct comparison
 * @typedef {{ part: "unexplained", case: string, seed: number, unexplained: (Points & { metric: string })[], missing: Missing[] }} ModeEntry
 * @typedef {LadderEntry | BlockEntry | ModeEntry} Entry
 * @typedef {{ tables: Table[], outcomes: Outcome[] }} Part
 */

/** The goal of the unexplained part, points. */
const GOAL = 5;

/** A planted rung, by the ladder that it is in. @param {string} ground @param {string} rung */
export const plantedCase = (ground, rung) => `${ground}: ${rung}`;

/** What of a waterfall is missing; without a name it is the whole of it. @param {Missing} missing */
export const named = ({ what, reason }) => ({ what: what === "" ? "the run" : what, reason });

/**
 * What a run says of each rung that is judged, and what it does not say.
 * @param {readonly { name: string, kind: "planted" | "null" }[]} judged
 * @param {{ metric?: { rounds: number, rungs: readonly (Points & { title: string })[] }, missing: readonly Missing[] }} waterfall
 * @returns {{ said: Said[], missing: Missing[] }}
 */
export function readLadder(judged, { metric, missing }) {
  if (metric === undefined) return { said: [], missing: missing.map(named) };
  const { rounds, rungs } = metric;
  const said = judged.flatMap(({ name, kind }) =>
    rungs.filter(({ title }) => title === name).map(({ points, low, high }) => ({ rung: name, kind, points, low, high, rounds })),
  );
  // A rung without figures is part of the next one, which then says nothing of itself.
  const joined = judged.flatMap(({ name }) => {
    const rung = rungs.find(({ title }) => title.endsWith(` + ${name}`));
    return rung === undefined ? [] : [{ what: `the rung "${name}"`, reason: `only together with the one before it: ${rung.title}` }];
  });
  return { said, missing: [...missing.map(named), ...joined] };
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

/** Effects of each planted rung by direct comparison. @param {readonly Entry[]} entries */
function directIn(entries) {
  /** @type {Map<string, number[]>} */
  const direct = new Map();
  for (const one of entries)
    if (one.part === "block" && one.effect !== null) direct.set(one.case, [...(direct.get(one.case) ?? []), one.effect]);
  return direct;
}

/** Every interval that can be judged; a planted rung needs two blocks that say what is true of it. @param {readonly LadderEntry[]} ladders @param {ReturnType<typeof directIn>} direct */
function judgedIn(ladders, direct) {
  const all = ladders.flatMap(({ case: ground, seed, said }) => said.map((one) => ({ ...one, ground, seed })));
  return all.flatMap((one) => {
    if (one.kind === "null") return [{ ...one, holds: one.low <= 0 && one.high >= 0, rightSign: true }];
    const blocks = direct.get(plantedCase(one.ground, one.rung)) ?? [];
    if (blocks.length < 2) return [];
    const truth = pooled(blocks);
    const difference = sumOfIndependent([term(one, 1), term(truth, -1)]);
    return [{ ...one, holds: difference.low <= 0 && difference.high >= 0, rightSign: Math.sign(one.points) === Math.sign(truth.points) }];
  });
}

/** @param {ReturnType<typeof judgedIn>} judged @param {"planted" | "null"} kind @param {boolean} isWhole */
function verdictOn(judged, kind, isWhole) {
  const own = judged.filter((one) => one.kind === kind);
  const shares = [...new Set(own.map(({ seed }) => seed))].map((seed) => {
    const ofRun = own.filter((one) => one.seed === seed);
    return ofRun.filter(({ holds }) => holds).length / ofRun.length;
  });
  const wrongSign = own.filter(({ rightSign }) => !rightSign).length;
  const found = clustered(shares);
  const failed = wrongSign > 0 || found.high < 0.95;
  /** @type {Outcome} */
  const outcome = failed ? "missed" : isWhole && shares.length > 0 ? "met" : "undecided";
  return { kind, intervals: own.length, ...found, wrongSign, outcome };
}

/** @param {readonly Entry[]} entries @param {number} runs that are wanted of each ladder @returns {Part} */
function coverage(entries, runs) {
  const ladders = entries.flatMap((one) => (one.part === "ladder" ? [one] : []));
  if (ladders.length === 0) return { tables: [], outcomes: [] };
  const direct = directIn(entries);
  const judged = judgedIn(ladders, direct);
  const grounds = [...new Set(ladders.map((one) => one.case))];
  const isWhole = grounds.every((ground) => ladders.filter((one) => one.case === ground).length >= runs);
  const verdicts = /** @type {const} */ (["planted", "null"]).map((kind) => verdictOn(judged, kind, isWhole));
  return {
    outcomes: verdicts.map(({ outcome }) => outcome),
    tables: [
      {
        title: "How often a run's 95 % interval holds what is true of a rung",
        head: ["rungs", "intervals", "hold it", "95 % interval, clustered by run (its upper end at least 95 %)", "wrong sign", ""],
        rows: verdicts.map(({ kind, intervals, share, low, high, wrongSign, outcome }) =>
          intervals === 0
            ? [kind, "0", "-", "-", "0", outcome]
            : [
                kind,
                String(intervals),
                figure(100 * share, 1, "%"),
                `${(100 * low).toFixed(1)} to ${figure(100 * high, 1, "%")}`,
                String(wrongSign),
                outcome,
              ],
        ),
      },
      {
        title: "Planted rungs, measured directly",
        head: ["rung", "blocks", "points of the host's figure", "median of the runs"],
        rows: [...direct].map(([rung, effects]) => [
          rung,
          String(effects.length),
          effects.length < 2 ? "-" : pointsText(pooled(effects)),
          medianOf(saidOf(ladders, rung))?.toFixed(1) ?? "-",
        ]),
      },
    ],
  };
}

/** What the runs say of a planted rung. @param {readonly LadderEntry[]} ladders @param {string} planted */
const saidOf = (ladders, planted) =>
  ladders.flatMap(({ case: ground, said }) => said.filter(({ rung }) => plantedCase(ground, rung) === planted).map(({ points }) => points));

/** @param {readonly Entry[]} entries @returns {Part} */
function unexplained(entries) {
  const found = entries.flatMap((one) =>
    one.part === "unexplained"
      ? one.unexplained.map((points) => ({ mode: one.case, ...points, outcome: met(Math.abs(points.points) <= GOAL) }))
      : [],
  );
  if (found.length === 0) return { tables: [], outcomes: [] };
  return {
    outcomes: found.map(({ outcome }) => outcome),
    tables: [
      {
        title: "What no layer owns",
        head: ["mode", "metric", "points of the host's figure", `at most ${String(GOAL)}`],
        rows: found.map((one) => [one.mode, one.metric, pointsText(one), one.outcome]),
      },
    ],
  };
}

/** What has no figures says nothing for or against a target: it is named, and leaves the bench undecided. @param {readonly Entry[]} entries @returns {Part} */
function withoutFigures(entries) {
  const runs = entries.filter(({ missing }) => missing.length > 0);
  if (runs.length === 0) return { tables: [], outcomes: [] };
  return {
    outcomes: ["undecided"],
    tables: [
      {
        title: `Without figures, in whole or in part: ${String(runs.length)} of ${String(entries.length)} runs`,
        head: ["part", "of", "seed", "what has none", "why"],
        rows: runs.flatMap((run) => run.missing.map(({ what, reason }) => [run.part, run.case, String(run.seed), what, reason])),
      },
    ],
  };
}

/**
 * The tables of all runs so far.
 * @param {readonly Entry[]} entries @param {{ runs: number }} wanted runs of each ladder
 * @returns {Part}
 */
export function reportOf(entries, { runs }) {
  const parts = [coverage(entries, runs), unexplained(entries), withoutFigures(entries)];
  return { tables: parts.flatMap(({ tables }) => tables), outcomes: parts.flatMap(({ outcomes }) => outcomes) };
}

/** @param {Points} points */
const pointsText = ({ points, low, high }) => `${points.toFixed(1)} [${low.toFixed(1)}, ${high.toFixed(1)}]`;
