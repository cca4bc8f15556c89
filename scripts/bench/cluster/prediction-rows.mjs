/**
 * A prediction as rows of a bench's tables.
 */

/**
 * @typedef {import("../../../dist/model/prediction.js").Prediction} Prediction
 * @typedef {Prediction["cells"][number]} Cell
 * @typedef {Prediction["orders"][number]} Order
 */

export const CELL_HEAD = ["mode", "metric", "lab", "cluster", "points", "medians within 10"];

/** @param {Cell} cell */
export const cellRow = ({ mode, metric, lab, inCluster, difference }) => [
  mode,
  metric,
  sideText(lab),
  sideText(inCluster),
  pointsText(difference),
  difference === undefined ? "-" : isWithinTen(difference) ? "yes" : "no",
];

/** @param {readonly Cell[]} cells */
export function withinTen(cells) {
  const differences = cells.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
  return `${String(differences.filter(isWithinTen).length)} of ${String(differences.length)} within ten points.`;
}

/** @param {NonNullable<Cell["difference"]>} difference */
const isWithinTen = ({ median }) => Math.abs(median) <= 0.1;

export const ORDER_HEAD = ["metric", "lab", "cluster", "predicted", ""];

/** Those of the modes, by a metric each. @param {readonly Order[]} orders */
export const ordersOfModes = (orders) => orders.filter(({ of }) => of === "modes");

/** @param {Order} order */
export const orderRow = ({ by, lab, inCluster, predicted, because }) => [by, lab.join(" > "), inCluster.join(" > "), predicted, because];

/** @param {Order} order */
export const orderOutcome = ({ predicted }) => (predicted === "yes" ? "met" : predicted === "no" ? "missed" : "undecided");

/** @param {Cell["lab"]} side */
function sideText({ status, ratio, reason }) {
  if (ratio === undefined) return `${status}: ${reason ?? ""}`.slice(0, 120);
  const limit = (/** @type {number | null} */ value) => (value === null ? "-" : value.toFixed(3));
  return `${ratio.median.toFixed(3)} [${limit(ratio.low)}, ${limit(ratio.high)}], n ${String(ratio.n)}`;
}

/** @param {Cell["difference"]} difference */
function pointsText(difference) {
  if (difference === undefined) return "-";
  const points = (/** @type {number | null} */ value) => (value === null ? "-" : (value * 100).toFixed(0));
  return `${points(difference.median)} [${points(difference.low)}, ${points(difference.high)}]`;
}
