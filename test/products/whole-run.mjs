/**
 * Whether a run is whole: what may be missing is what the machine took away, never what the path or an agent refused. (What a path cannot have at all,
 * an echo from a Service for example, is unsupported everywhere.)
 */

/** @typedef {import("../../src/model/summary.js").Cell} Cell */
/** @typedef {import("../../src/model/summary.js").Summary} Summary */
/** @typedef {Readonly<Record<string, RegExp>>} Expected paths that cannot carry anything in a cluster, with what podwire has to say of each */

/** What the machine takes away, by the reasons that say so. */
const OF_THE_MACHINE = /** @type {const} */ ({
  noise: /(?:^|: )(?:standstill|steal|throttled|interrupted|clock|host-noise|drift|restart-effect): /,
  "too few samples": /^(?:[\w-]+ [\w-]+: )?too few samples|^not measured: the budget ended before its first complete round$/,
  "cost too small":
    /^(?:[\w-]+ [\w-]+: )?(?:lost in what the machine does anyway|no work or no CPU time was seen$)|^not known: ping waits busily/,
});
/** @typedef {keyof typeof OF_THE_MACHINE} Taken */
export const TAKEN = /** @type {readonly Taken[]} */ (Object.keys(OF_THE_MACHINE));

/** A cell without a figure, in one line. @param {Cell} cell */
const lineOf = ({ path, metric, status, reason }) => `${path} ${metric}: ${status}: ${reason ?? "no reason"}`;

/** Cells that should have a figure and have none. @param {Summary} summary @returns {readonly Cell[]} */
export const missing = (summary) =>
  summary.modes.flatMap(({ cells }) => cells).filter(({ status }) => status === "failed" || status === "refused");

/**
 * Whether a cell is missing as it must be: its path cannot be there, and the reason says so.
 * @param {Cell} cell
 * @param {Expected} without
 */
const isExpected = ({ path, status, reason = "" }, without) => status === "failed" && without[path]?.test(reason) === true;

/** By what the machine took a cell's figure away; undefined where it did not. @param {Cell} cell */
export const takenBy = ({ status, reason = "" }) =>
  status === "refused" ? TAKEN.find((kind) => OF_THE_MACHINE[kind].test(reason)) : undefined;

/**
 * Cells that nothing excuses.
 * @param {Summary} summary
 * @param {Expected} [without]
 * @returns {readonly string[]}
 */
export const unexcused = (summary, without = {}) =>
  missing(summary)
    .filter((cell) => !isExpected(cell, without) && takenBy(cell) === undefined)
    .map(lineOf);

/** Cells that the machine took away; to be listed. @param {Summary} summary @returns {readonly string[]} */
export const excused = (summary) =>
  missing(summary)
    .filter((cell) => takenBy(cell) !== undefined)
    .map(lineOf);
