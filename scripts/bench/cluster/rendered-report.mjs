/**
 * What a bench of clusters made from rendered documents comes to: tables and outcomes.
 */
import { met } from "../record.mjs";
import { CELL_HEAD, cellRow, ORDER_HEAD, orderOutcome, orderRow, ordersOfModes, withinTen } from "./prediction-rows.mjs";

/**
 * A lab and the clusters that were held beside it.
 * @typedef {object} Turn
 * @property {number} seed
 * @property {readonly string[]} rendered the modes whose documents made the clusters, in the prediction's order
 * @property {import("./prediction-rows.mjs").Prediction} prediction
 */

/**
 * Tables and outcomes. A cluster that shows another mode than what was rendered has missed, whatever its figures are.
 * @param {readonly Turn[]} turns
 */
export function renderedReport(turns) {
  const seen = turns.flatMap(({ seed, rendered: modes, prediction }) =>
    prediction.clusters.map(({ mode, sentence }, index) => ({ seed, wanted: modes[index] ?? "", mode, sentence })),
  );
  const cells = turns.flatMap(({ seed, prediction }) => prediction.cells.map((cell) => ({ seed, ...cell })));
  const orders = turns.flatMap(({ seed, prediction }) => ordersOfModes(prediction.orders).map((order) => ({ seed, ...order })));
  return {
    tables: [
      {
        title: "What podwire makes of the clusters",
        head: ["seed", "rendered", "recognised", ""],
        rows: seen.map(({ seed, wanted: rendered, mode, sentence }) => [String(seed), rendered, mode, sentence]),
      },
      {
        title: "The pod's ratio to its host from pod to pod, in the lab and in a cluster made from rendered documents",
        head: ["seed", ...CELL_HEAD],
        rows: cells.map(({ seed, ...cell }) => [String(seed), ...cellRow(cell)]),
        note: withinTen(cells),
      },
      {
        title: "Order of the modes",
        head: ["seed", ...ORDER_HEAD],
        rows: orders.map(({ seed, ...order }) => [String(seed), ...orderRow(order)]),
      },
    ],
    outcomes: [...seen.map(({ wanted: rendered, mode }) => met(rendered === mode)), ...orders.map(orderOutcome)],
  };
}
